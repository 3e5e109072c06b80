/** Reads the data of the archive out of its page. */
import { ArchiveData } from '../../shared/domain/archive-data.ts';

export type ReadData = { readonly isReadable: true; readonly value: ArchiveData } | { readonly isReadable: false; readonly why: string };

/** An archive of a newer format, or a page without data, is named as such and never half-shown. */
export function readArchiveData(text: string): ReadData {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { isReadable: false, why: 'This page carries no data. It is the empty viewer, or it was changed after the export.' };
  }
  const parsed = ArchiveData.safeParse(json);
  if (parsed.success) return { isReadable: true, value: parsed.data };
  const [issue] = parsed.error.issues;
  return { isReadable: false, why: `The data in this page have another form than this viewer reads: ${issue ? `${issue.path.join('.')}: ${issue.message}` : 'unknown'}.` };
}
