// How long Python may take, in milliseconds.
export const BOOT_LIMIT = 20_000; // a slow phone may take a while, once
export const PART_LIMIT = 10_000; // for one part of a computation
export const LEARNER_LIMIT = 2_000; // for a learner's code
