// Which view draws which demo. A view is { View, Extra?, quiet? }: View draws a result inside the
// picture, Extra stands below it, and quiet says that the picture has names and texts of its own.
import biasCorrection from "./bias-correction.jsx";
import insideOneStep from "./inside-one-step.jsx";
import race from "./race.jsx";
import stepLength from "./step-length.jsx";
import tuneIt from "./tune-it.jsx";
import twoParents from "./two-parents.jsx";
import whereAdamFails from "./where-adam-fails.jsx";
import writeAdam from "./write-adam.jsx";

export default {
  race,
  "two-parents": twoParents,
  "inside-one-step": insideOneStep,
  "bias-correction": biasCorrection,
  "step-length": stepLength,
  "where-adam-fails": whereAdamFails,
  "tune-it": tuneIt,
  "write-adam": writeAdam,
};
