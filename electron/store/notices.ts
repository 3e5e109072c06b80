/** What the user of this computer is told once about a project. Kept beside the outbox until it is dismissed. */
import { z } from 'zod';
import { SyncNotice } from '../../shared/domain/sync.ts';
import type { Outbox } from './folder/outbox.ts';
import { parseLine } from './format/records.ts';

export interface Notices {
  list(): SyncNotice[];
  /** Tells something; of one kind about one thing (`subject`) only once, even after it was dismissed. */
  tell(notice: { readonly kind: SyncNotice['kind']; readonly subject: string; readonly what: string; readonly atMs: number }): void;
  dismiss(id: string): void;
}

const KeptNotice = SyncNotice.extend({ isDismissed: z.boolean() });
type KeptNotice = z.infer<typeof KeptNotice>;

export function createNotices(outbox: Outbox): Notices {
  const kept = (): KeptNotice[] => z.array(KeptNotice).safeParse(parseLine(new TextEncoder().encode(outbox.meta('notices') ?? '[]'))).data ?? [];
  const keep = (notices: readonly KeptNotice[]) => outbox.setMeta('notices', JSON.stringify(notices));
  return {
    list: () => kept().filter(({ isDismissed }) => !isDismissed).map(({ isDismissed: _, ...notice }) => notice),
    tell({ kind, subject, what, atMs }) {
      const id = `${kind}-${subject}`;
      const all = kept();
      if (!all.some((notice) => notice.id === id)) keep([...all, { id, kind, what, atMs, isDismissed: false }]);
    },
    dismiss: (id) => keep(kept().map((notice) => (notice.id === id ? { ...notice, isDismissed: true } : notice))),
  };
}
