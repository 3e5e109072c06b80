/** assay policy: the rules of a project about its data. */
import type { Command } from 'commander';
import { columnRoles } from '../../../shared/domain/column-notes.ts';
import { PolicyDraft, policyActions, policySentence, proposedPolicies, type Policy, type PolicyCondition } from '../../../shared/domain/policies.ts';
import { fail } from '../../../shared/errors.ts';
import type { AppContext } from '../../app/context.ts';
import { changePolicy, createPolicy, listPolicies, removePolicy, tryPolicy } from '../../app/policies.ts';
import { command, outputOf, sessionOf, tagFrom, toList, type CommonOptions } from '../options.ts';
import { counted, printResult, table } from '../print.ts';
import { withProject } from '../session.ts';

interface AddOptions extends CommonOptions {
  readonly when: string[];
  readonly forbid: string[];
  readonly warn?: boolean;
  readonly message?: string;
}

export function policyCommands(program: Command): void {
  const policy = program.command('policy').description('List, make and try the policies of the project');

  command(policy, 'list', 'List the policies, and what could be one', { isDefault: true })
    .action((options: CommonOptions) => withProject(sessionOf(options), (context) => {
      const policies = listPolicies(context);
      printResult(outputOf(options), { policies, proposals: proposedPolicies }, () => [
        table(['Policy', 'Active', 'Effect', 'Says'], policies.map((each) => [each.name, each.isActive ? 'yes' : 'no', each.effect, policySentence(each)])),
        ...proposedPolicies.map((each) => `Proposal: ${policySentence(each)}`),
      ].join('\n'));
    }));

  command(policy, 'add <name>', 'Make a policy')
    .requiredOption('--when <condition>', 'about datasets with tag=KEY:VALUE, tag!=KEY:VALUE, quality<N, role=ROLE or role!=ROLE; may be repeated, and then all must hold', (text: string, before: string[]) => [...before, text], [])
    .requiredOption('--forbid <actions>', policyActions.join(','), toList)
    .option('--warn', 'warn instead of blocking')
    .option('--message <text>', 'what to say')
    .action((name: string, options: AddOptions) => withProject(sessionOf(options), (context) => {
      const parsed = PolicyDraft.safeParse({ name, message: options.message ?? '', effect: options.warn ? 'warn' : 'block', actions: options.forbid, conditions: options.when.map(conditionFrom), isActive: true });
      if (!parsed.success) throw fail('cli/usage', { message: `The policy is not right in "${parsed.error.issues[0]?.path.join('.') ?? ''}": ${parsed.error.issues[0]?.message ?? ''}.` });
      const { id } = createPolicy(context, parsed.data);
      printResult(outputOf(options), { id, ...parsed.data }, () => policySentence(parsed.data));
    }));

  command(policy, 'try <name>', 'Say which datasets a policy is about today')
    .action((name: string, options: CommonOptions) => withProject(sessionOf(options), async (context) => {
      const found = findPolicy(context, name);
      const { datasets } = await tryPolicy(context, found);
      printResult(outputOf(options), { policy: found.name, datasets }, () => `${policySentence(found)}\nToday that is ${counted(datasets.length, 'dataset')}${datasets.length === 0 ? '' : `: ${datasets.map((each) => each.name).join(', ')}`}`);
    }));

  for (const [verb, description, act] of [
    ['on', 'Let a policy hold', (context: AppContext, { id }: Policy) => changePolicy(context, id, { isActive: true })],
    ['off', 'Let a policy rest', (context: AppContext, { id }: Policy) => changePolicy(context, id, { isActive: false })],
    ['remove', 'Remove a policy', (context: AppContext, { id }: Policy) => removePolicy(context, id)],
  ] as const) {
    command(policy, `${verb} <name>`, description).action((name: string, options: CommonOptions) => withProject(sessionOf(options), (context) => {
      act(context, findPolicy(context, name));
      printResult(outputOf(options), listPolicies(context), () => `${name}: ${verb === 'remove' ? 'removed' : verb}`);
    }));
  }
}

function findPolicy(context: AppContext, reference: string): Policy {
  const all = listPolicies(context);
  const found = all.findLast(({ id, name }) => id === reference || name === reference);
  if (found) return found;
  throw fail('cli/usage', { message: `There is no policy "${reference}"; ${all.length === 0 ? 'there is none yet' : `there are: ${all.map(({ name }) => name).join(', ')}`}.` });
}

/** "tag=sensitivity:personal", "quality<80", "role!=target". */
function conditionFrom(text: string): PolicyCondition {
  const [, kind, sign, value = ''] = /^(tag|quality|role)(=|!=|<)(.+)$/.exec(text.trim()) ?? [];
  const role = columnRoles.find((each) => each === value);
  if (kind === 'tag' && sign !== '<') return { kind, tag: tagFrom(value), has: sign === '=' };
  if (kind === 'role' && sign !== '<' && role) return { kind, role, has: sign === '=' };
  if (kind === 'quality' && sign === '<') return { kind, below: Number(value) };
  throw fail('cli/usage', { message: `"${text.slice(0, 100)}" is no condition: use tag=KEY:VALUE, tag!=KEY:VALUE, quality<N, or role=ROLE and role!=ROLE with ${columnRoles.join(', ')}.` });
}
