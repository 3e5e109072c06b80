// One line a step on stderr, so that stdout stays the product's own (JSON of the CLI, test reports).

/**
 * Says what a set-up step does and why.
 * @param {string} topic one word: install, node, electron, system, build, test
 * @param {string} text
 */
export function say(topic, text) {
  // A run that has said it once sets this for the processes it starts.
  if (process.env['ASSAY_SETUP_SAID']) return;
  process.stderr.write(`assay ${topic}: ${text}\n`);
}

/** A set-up step that cannot go on; its message is all that the user needs to see. */
export class SetupError extends Error {}
