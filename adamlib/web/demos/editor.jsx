// A Python editor: CodeMirror's, in the page's colours.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { HighlightStyle, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useLayoutEffect, useRef } from "preact/hooks";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.self], color: "var(--adam-AdamW)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--adam-Momentum)" },
  { tag: tags.string, color: "var(--adam-minimum)" },
  { tag: tags.comment, fontStyle: "italic" },
  { tag: [tags.definition(tags.variableName), tags.className], color: "var(--adam-Adam)" },
]);

const theme = EditorView.theme({
  "&": { color: "var(--adam-ink)", backgroundColor: "transparent" },
  "&.cm-focused": { outline: "3px solid var(--adam-corrected)" },
  ".cm-content": { caretColor: "var(--adam-ink)" },
  ".cm-cursor": { borderLeftColor: "var(--adam-ink)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--adam-ink)", border: "none" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--adam-grid)",
  },
  ".cm-matchingBracket": { backgroundColor: "var(--adam-grid)", color: "inherit" },
});

/**
 * @param {{ text: string, label: string, describedby: string, run: () => void,
 *   change: (text: string) => void, handle: { current: object } }} props
 *   text: what it starts with; run: Ctrl or Cmd and Enter; handle: receives { read, replace, focus }
 */
export function Editor({ text, label, describedby, run, change, handle }) {
  const place = useRef();
  const callbacks = useRef();
  callbacks.current = { run, change };
  useLayoutEffect(() => {
    const runKey = { key: "Mod-Enter", run: () => (callbacks.current.run(), true) };
    const view = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(),
          EditorView.lineWrapping, // nothing to scroll sideways
          history(),
          drawSelection(),
          indentOnInput(),
          indentUnit.of("    "),
          EditorState.tabSize.of(4),
          bracketMatching(),
          python(),
          syntaxHighlighting(colours),
          theme,
          EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": describedby, spellcheck: "false" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) callbacks.current.change(update.state.doc.toString());
          }),
          keymap.of([runKey, indentWithTab, ...defaultKeymap, ...historyKeymap]),
        ],
      }),
    });
    handle.current = {
      read: () => view.state.doc.toString(),
      // One change, which can be undone.
      replace: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
      focus: () => view.focus(),
    };
    return () => view.destroy();
  }, []);
  return <div class="adam-editor" ref={place} />;
}
