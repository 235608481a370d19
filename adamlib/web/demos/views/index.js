// Which view draws which demo. A view is { View, Extra?, quiet? }: View draws a result inside the
// picture, Extra stands below it, and quiet says that the picture has names and texts of its own.
import biasCorrection from "./bias-correction.jsx";
import insideOneStep from "./inside-one-step.jsx";
import twoParents from "./two-parents.jsx";

export default {
  "two-parents": twoParents,
  "inside-one-step": insideOneStep,
  "bias-correction": biasCorrection,
};
