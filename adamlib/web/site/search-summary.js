// Sphinx's search expects its highlighting script, which these pages do without.
window.SPHINX_HIGHLIGHT_ENABLED = false;

// A page that was opened by a double click may not read other pages, so the search lists titles
// only there; from a web server it adds the lines that were found.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
