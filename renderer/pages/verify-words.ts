/** What a check of a project or an archive says; never more than it found. */
import type { VerifyReport } from '../../shared/domain/verify.ts';
import { formatBytes, formatCount, formatPlural } from '../ui/format.ts';
import type { Tone } from '../ui/status-label.tsx';

export function verifySentence(report: VerifyReport): string {
  const scope = `${formatPlural(report.fileCount, 'file')} (${formatBytes(report.sizeBytes)}) and ${formatCount(report.eventCount)} events`;
  switch (report.outcome) {
    case 'verified': return `Verified: ${scope} are as they were signed${report.signer ? ` by ${report.signer}` : ''}.`;
    case 'verified-signer-unknown': return `Nothing was altered in ${scope}, but the signer is not known here.`;
    case 'incomplete': return `Incomplete: ${formatPlural(countOf(report, 'missing', 'unreadable'), 'thing')} missing; the rest of ${scope} is as it was signed.`;
    case 'altered': return `Altered: ${formatPlural(countOf(report, 'altered', 'signature', 'chain', 'extra'), 'problem')} in ${scope}.`;
    case 'unreadable': return 'It cannot be read as a whole.';
  }
}

function countOf({ findings }: VerifyReport, ...kinds: VerifyReport['findings'][number]['kind'][]): number {
  return findings.filter(({ kind }) => kinds.includes(kind)).length;
}

export function verifyTone(report: VerifyReport): Tone {
  if (report.outcome === 'verified') return 'ok';
  return report.outcome === 'verified-signer-unknown' || report.outcome === 'incomplete' ? 'warn' : 'danger';
}
