/** What must reach the project before it is closed or another one opens: edits that wait to be sent. */
const works = new Set<() => Promise<void>>();

export function beforeLeaving(work: () => Promise<void>): void {
  works.add(work);
}

/** Resolves when everything was sent or has failed and said so. */
export async function finishBeforeLeaving(): Promise<void> {
  await Promise.all([...works].map((work) => work()));
}
