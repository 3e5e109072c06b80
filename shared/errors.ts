/**
 * Every failure the product can report, in one table: what happened and what the user can do.
 * A code is `domain/what`; `{name}` in a sentence is filled from the error's details.
 * Inside a process throw `fail(code, details)`; across a process a Result travels, never an Error.
 */

interface ErrorText {
  /** What happened, as a sentence. */
  readonly what: string;
  /** What the user can do about it, as a sentence. */
  readonly fix: string;
}

export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

/** The table. Add a row beside its domain; a test asserts that each has both sentences. */
export const errorTexts = {
  'internal/unexpected': { what: 'Something failed that should not have: {message}', fix: 'Try again; if it happens again, copy the details and report them.' },
  'internal/invalid-input': { what: 'The request has a wrong value in "{field}": {message}', fix: 'Correct the value and try again.' },
  'internal/unknown-channel': { what: 'There is no operation "{channel}".', fix: 'Restart the app; the window and the engine may be of different versions.' },
  'internal/not-allowed': { what: 'This window may not do that.', fix: 'Use the main window of the project.' },
  'engine/stopped': { what: 'The project engine stopped unexpectedly.', fix: 'Open the project again; everything saved is still there.' },

  'files/not-found': { what: '"{path}" does not exist.', fix: 'Check the name, or choose the file again.' },
  'files/is-directory': { what: '"{path}" is a folder, not a file.', fix: 'Choose a file inside it.' },
  'files/empty': { what: '"{path}" is empty.', fix: 'Choose a file that has content.' },
  'files/no-access': { what: '"{path}" cannot be read or written: {reason}', fix: 'Check its permissions, or choose another place.' },
  'files/disk-full': { what: 'The disk is full while writing "{path}".', fix: 'Free some space and try again; nothing half-written was kept.' },
  'files/exists': { what: '"{path}" is there already.', fix: 'Choose another name, or allow it to be replaced (--force on the command line).' },
  'files/io': { what: 'Reading or writing "{path}" failed: {reason}', fix: 'Check the disk or the drive, then try again.' },
  'files/bad-handle': { what: 'The chosen file is no longer known to the app.', fix: 'Choose the file again.' },

  'project/none': { what: 'No project is open.', fix: 'Open a project, or create a new one.' },
  'project/not-a-project': { what: '"{path}" is not an Assay project: it has no assay.json.', fix: 'Choose a project folder, or create a new project.' },
  'project/exists': { what: '"{path}" already has files in it.', fix: 'Choose an empty folder or a new name.' },
  'project/newer-format': { what: 'This project has format {found}; this version of Assay reads up to {supported}.', fix: 'Update Assay and open the project again; nothing was changed.' },
  'project/damaged': { what: 'The file "{file}" of this project is damaged: {reason}', fix: 'Get a good copy of that file from a backup or a colleague; the rest of the project still works.' },
  'project/in-use': { what: 'The project is already open in another window or process of this user.', fix: 'Use that window, or close it first.' },
  'project/read-only': { what: 'The project is open for reading only: {reason}', fix: 'Copy the project to a folder you can write to.' },
  'store/object-missing': { what: 'The content {hash} is not in the project folder.', fix: 'Wait for the file sync to finish, or get the file from a backup.' },
  'store/object-damaged': { what: 'The content {hash} does not match its hash and was not used.', fix: 'Get a good copy of obj/{path} from a backup or a colleague.' },
  'store/not-found': { what: 'There is no {kind} with the id {id}.', fix: 'It may have been removed; go back to the list.' },
  'history/fixed': { what: 'The {field} of {thing} cannot be set back. {reason}', fix: 'Look at it in the history; it stays there.' },
  'history/no-value': { what: 'There was no {field} of {thing} before this change.', fix: 'Choose the value after it, or remove the thing itself.' },
  'history/unchanged': { what: 'Nothing was changed: the {field} of {thing} is like that already.', fix: 'Choose an earlier entry of the history.' },
  'history/not-there': { what: 'The {thing} was not there at that time.', fix: 'Choose an entry of the history from before it was removed.' },
  'history/bad-value': { what: 'The {field} of {thing} cannot be that: {reason}.', fix: 'Write a value that fits.' },
  'conflicts/none': { what: 'The {field} of {thing} has only one version now.', fix: 'Somebody has settled it; the history says who.' },
  'conflicts/changed': { what: 'There are other versions of {thing} than those you looked at.', fix: 'Look at them again and choose; nothing was changed.' },
  'store/not-signed': { what: 'The changes since {since} could not be signed.', fix: 'Nothing is lost: they are kept on this computer and are signed as soon as the key of this device can be used again; if this goes on, restart Assay.' },
  'store/record-too-large': { what: 'A change of {sizeBytes} bytes is larger than the {limitBytes} bytes one record may have.', fix: 'Split the change into smaller ones.' },

  'data/unknown-format': { what: '"{file}" is not a table that Assay can read: {reason}', fix: 'Use CSV, TSV, JSON, Parquet, Arrow, an Excel workbook or an SQLite database.' },
  'data/unknown-table': { what: 'There is no sheet or table "{table}" in "{file}".', fix: 'Choose one of these: {tables}.' },
  'data/dialect': { what: '"{file}" cannot be read like that. {reason}', fix: 'Correct the settings under "Read as".' },
  'data/no-plan': { what: 'No version of {dataset} says how its file was read.', fix: 'Import the file again as a new version; later updates repeat that.' },
  'data/no-place': { what: 'This computer does not know where "{file}" lies, from which {dataset} was made.', fix: 'Name the file, or import it as a new version.' },
  'data/nul-byte': { what: '"{file}" has a NUL byte at line {line}; it is not a text file.', fix: 'Export the data again as text, or as Parquet.' },
  'data/encoding': { what: '"{file}" is not valid {encoding} at line {line}.', fix: 'Choose another encoding, or save the file as UTF-8.' },
  'data/ragged-row': { what: '"{file}", line {line}: expected {expected} values, found {found}.', fix: 'Correct that line, or check the delimiter and the quotes.' },
  'data/duplicate-column': { what: '"{file}" has two columns named "{column}".', fix: 'Rename one of them in the import dialog.' },
  'data/bad-value': { what: '"{file}", line {line}, column "{column}": "{value}" is not a {type}.', fix: 'Choose another type for the column, or correct the value.' },
  'data/malformed': { what: '"{file}" cannot be read: {reason}', fix: 'The file may be cut off or damaged; export it again.' },
  'data/no-rows': { what: '"{file}" has a header but no rows.', fix: 'Choose a file with at least one row.' },
  'data/unknown-column': { what: 'There is no column "{column}" in {dataset}.', fix: 'Choose one of its columns: {columns}.' },
  'data/no-files': { what: 'The folder "{folder}" has no file that could be a table.', fix: 'Choose a folder with CSV, TSV, JSON, Parquet, Arrow, Excel or SQLite files in it or below it.' },
  'data/too-many-files': { what: 'The folder "{folder}" has more than {limit} files.', fix: 'Choose a folder with fewer files, or join some of them first.' },
  'data/too-many-tables': { what: 'The folder "{folder}" holds {found} different tables; the limit is {limit} at once.', fix: 'Choose one of its folders, or some of its files.' },
  'data/project-folder': { what: 'The folder "{folder}" belongs to an Assay project; its files are no data to import.', fix: 'Choose the folder that your data lie in.' },
  'data/mixed-formats': { what: 'The files of "{folder}" are no one table: "{file}" is {format}, "{first}" is {firstFormat}.', fix: 'Import them as several datasets (--each on the command line).' },
  'data/part-differs': { what: '"{file}" cannot be read like "{first}": {reason}.', fix: 'Save it like the others, or import it as a dataset of its own.' },
  'data/bad-image': { what: '"{file}" cannot be taken as an image: {reason}.', fix: 'Save it again as an ordinary PNG or JPEG, or leave it out.' },
  'data/no-images': { what: '"{folder}" is no folder of images.', fix: 'Choose the folder that holds the PNG and JPEG files.' },
  'data/not-images': { what: 'The column "{column}" holds no images.', fix: 'Choose a column of images.' },
  'data/image-values': { what: 'The column "{column}" holds images, which are no numbers yet.', fix: 'Make a table of pixels of the dataset (assay pixels on the command line), and use that.' },
  'data/too-large': { what: '"{file}" has {found}; the limit is {limit}.', fix: 'Split the file into smaller ones.' },

  'query/wrong': { what: 'Line {line}, column {column}: {message}', fix: 'Correct the query at that place and run it again.' },
  'query/failed': { what: 'The query failed: {message}', fix: 'Correct the query and run it again.' },
  'query/refused': { what: 'The query was refused: {reason}.', fix: 'Write one SELECT over the datasets of this project.' },
  'query/no-dataset': { what: 'Line {line}, column {column}: there is no dataset "{name}".', fix: 'Use one of the names: {names}; "NAME@2" is version 2.' },
  'query/ambiguous': { what: 'Line {line}, column {column}: "{name}" and "{other}" are two datasets, and SQL does not tell them apart.', fix: 'Rename one of them, or name its version: "NAME@2".' },
  'query/too-large': { what: 'The query needs more than the {limitMb} MB of memory it may take.', fix: 'Let it group, filter or sort less at a time.' },
  'query/no-rows': { what: 'The query gave no rows, and a dataset has at least one.', fix: 'Change the query so that it gives rows.' },
  'query/bad-value': { what: '"{value}" is no value that the column "{column}" can have; it is of type {type}.', fix: 'Write a value of that type, for example 2.5, 2024-01-31 or true.' },

  'policy/blocked': { what: 'The policy "{policy}" does not allow this for {thing}: {message}', fix: 'Change the data or the policy; or go on with a reason, which stays in the history.' },
  'policy/reason': { what: 'The reason has {found} characters; at least {needed} are needed.', fix: 'Say in a few words why the policy does not hold here.' },

  'train/one-class': { what: 'The target "{column}" has only one value, "{value}".', fix: 'Choose a target with at least two classes.' },
  'train/too-many-classes': { what: 'The target "{column}" has {found} classes; the limit is {limit}.', fix: 'Choose regression, or a target with fewer classes.' },
  'train/no-target': { what: 'All values of the target "{column}" are missing or infinite.', fix: 'Choose another target.' },
  'train/target-not-number': { what: 'The target "{column}" is of type {type}; regression needs numbers.', fix: 'Choose classification, or a numeric target.' },
  'train/no-features': { what: 'No usable feature is left: {reason}', fix: 'Choose at least one feature that has values.' },
  'train/too-few-rows': { what: '{found} rows are left for the {part} part; at least {needed} are needed.', fix: 'Use more data, a smaller batch or another split.' },
  'train/too-few-windows': { what: '{found} windows over {steps} rows that predict {horizon} ahead fit into the {part} part; at least {needed} are needed.', fix: 'Use fewer steps or a shorter horizon, more data or another split.' },
  'train/diverged': { what: 'The loss became {value} at step {step}{place}.', fix: 'Lower the learning rate, or clip the gradient by norm; the last good weights, if there are any, were kept.' },
  'train/bad-file': { what: '{file}, line {line}: {problem}.', fix: 'Correct the line; "assay schema" prints what a training file may hold.' },
  'train/kind-unfit': { what: 'This kind of model does not fit the dataset: {reason}.', fix: 'Choose another kind of model, or another dataset.' },
  'train/bad-config': { what: 'The setting "{field}" is {value}: {reason}', fix: 'Correct the setting and start again.' },
  'train/memory': { what: 'Training needs about {neededMb} MB of memory, and {availableMb} MB are available.', fix: 'Close other programs, use a smaller batch or model, or fewer rows or columns.' },
  'train/bad-checkpoint': { what: 'The run cannot go on from its checkpoint: {reason}.', fix: 'Train it again, or train a variant of it.' },
  'train/no-checkpoint': { what: 'Run {run} cannot be resumed: {reason}.', fix: 'Train it again, or train a variant of it.' },
  'predict/column-missing': { what: 'The column "{column}", which the model needs, is not in {dataset}.', fix: 'Use data that has the columns: {columns}.' },
  'predict/column-type': { what: 'The column "{column}" is of type {found}; the model needs {expected}.', fix: 'Import the data again with that type.' },
  'model/refused': { what: 'The ONNX file was refused: {reason}', fix: 'Use a model with standard operators and all its weights inside the file.' },
  'model/malformed': { what: 'The file is not a valid ONNX model: {reason}', fix: 'Export the model again.' },
  'train/one-class-in-train': { what: 'The train part has only one class of the target "{column}", "{value}".', fix: 'Use a stratified split, another period, or more data.' },
  'train/too-large': { what: 'The training matrix of {rows} rows and {features} inputs needs {neededMb} MB; the limit is {limitMb} MB.', fix: 'Use fewer rows, or lower the number of categories per column.' },
  'model/shape': { what: 'Layer "{layer}" does not fit: {problem}', fix: 'Correct the sizes of the layers; report it if Assay made the model by itself.' },
  'model/no-gradient': { what: 'The operator {operator} in layer "{layer}" has no gradient rule, so nothing before it can be trained.', fix: 'Replace the layer, or freeze everything before it.' },
  'model/import-input': { what: 'The model takes {needed}, and the data give {found}.', fix: 'Choose features that make up the input of the model, in its order.' },
  'model/import-output': { what: 'The model gives {found} per row, and the target needs {needed}.', fix: 'Let its last layer be replaced by a new one.' },
  'model/no-head': { what: 'The last layer of the model cannot be replaced: {reason}', fix: 'Train the model without a new last layer, or use one that ends in a dense layer.' },
  'model/unknown-layer': { what: 'The model has no layer "{layer}".', fix: 'Choose one of its layers: {layers}.' },
  'model/all-frozen': { what: 'Nothing is left to train: all layers up to "{layer}" are frozen.', fix: 'Freeze fewer layers, or let the last layer be replaced.' },

  'provider/unavailable': { what: 'The provider {provider} cannot be used: {reason}.', fix: 'Choose the provider cpu or auto; "assay check-providers" and Settings, Compute say what is missing.' },
  'provider/lost': { what: 'The provider {provider} stopped working in the middle of the work: {reason}.', fix: 'Resume the run, or run it again with the provider cpu.' },

  'worker/crashed': { what: 'The {worker} process ended unexpectedly ({how}) while it worked on {task}.', fix: 'Nothing was lost; try again, or check the file it was reading.' },
  'worker/memory': { what: 'The {worker} process used more than {limitMb} MB and was stopped.', fix: 'Use a smaller file, or close other programs.' },
  'worker/timeout': { what: 'The {worker} process did not answer for {seconds} s and was stopped.', fix: 'Try again; the file may be made to hang the reader.' },
  'job/cancelled': { what: 'The job was cancelled.', fix: 'Start it again when you like.' },
  'job/not-found': { what: 'There is no job {id}.', fix: 'It may have ended before the app was restarted.' },

  'drift/no-common-columns': { what: 'Reference and current data have no column in common.', fix: 'Choose two datasets with the same columns.' },
  'drift/empty-column': { what: 'Column "{column}" has no usable value in the {part} data.', fix: 'Leave the column out, or choose another period.' },
  'drift/cannot-test': { what: 'Column "{column}" cannot be tested for drift: it {reason}.', fix: 'Leave the column out.' },
  'drift/cannot-cut': { what: 'The data cannot be cut by "{column}": {reason}', fix: 'Choose a column with 2 to 1,000 distinct values, or a date.' },

  'diff/no-common-columns': { what: '{before} and {after} have no column in common, neither by name nor by content.', fix: 'Compare versions that share columns.' },
  'diff/key-missing': { what: '"{key}" cannot tell rows apart: {version} misses its value in {count} rows.', fix: 'Choose columns that every row has, or leave the choice to Assay.' },
  'diff/key-repeated': { what: '"{key}" cannot tell rows apart: {version} has {times} rows with "{value}", and {count} such values in all.', fix: 'Add a column that tells them apart, or leave the choice to Assay.' },
  'diff/needs-key': { what: 'The versions have no key, so no row of one can be found in the other.', fix: 'Choose columns that tell the rows apart.' },
  'diff/no-sizes': { what: 'Changes of "{column}" have no size to sort by: it is of type {type}.', fix: 'Sort by a column of numbers, dates or time stamps.' },

  'archive/unsafe': { what: 'The archive was refused: {reason}', fix: 'Ask the sender for a new export.' },
  'archive/unreadable': { what: '"{file}" is not a readable .eln archive: {reason}', fix: 'The download may be incomplete; get the file again.' },

  'cli/usage': { what: '{message}', fix: 'Run the command with --help.' },

  'people/not-confirmed': { what: 'This device has not confirmed {device}.', fix: 'There is nothing to take back.' },
  'people/own-device': { what: 'That is this computer itself: {reason}', fix: 'Choose another device.' },
  'people/words-differ': { what: 'These are not the eight words of {device}.', fix: 'Do not confirm it before both of you read the same words; somebody may have changed the folder.' },
  'people/recovery-line': { what: 'Line {line} of the code is not right: {problem}.', fix: 'Compare that line with the sheet, character by character.' },
  'people/recovery-version': { what: 'The code was made by a newer version of Assay (code version {found}).', fix: 'Update Assay and enter the code again.' },
  'people/recovery-passphrase': { what: 'The passphrase does not open this code.', fix: 'Check capitals and spaces; it is the passphrase that was chosen when the sheet was made.' },
  'people/recovery-device': { what: 'The sheet is not of use here: {reason}', fix: 'Check that the sheet is of this project, and wait for the file sync to finish.' },
  'people/weak-passphrase': { what: 'The passphrase has {found} characters; at least {needed} are needed.', fix: 'Choose a longer one, for example four words.' },

  'pages/edit-too-large': { what: 'The text to insert has {sizeBytes} bytes; one edit takes at most {limitBytes}.', fix: 'Insert it in parts, or import it as a dataset.' },
} as const satisfies Record<string, ErrorText>;

export type ErrorCode = keyof typeof errorTexts;

/** A failure as it travels between processes: plain data. */
export interface Failure {
  readonly code: ErrorCode;
  readonly what: string;
  readonly fix: string;
  readonly details: ErrorDetails;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure };

/** The only Error class that our code throws on purpose. */
export class AppError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.what, options);
    this.name = 'AppError';
    this.failure = failure;
  }
}

/** Builds the error of `code`; use as `throw fail('files/empty', { path })`. */
export function fail(code: ErrorCode, details: ErrorDetails = {}, cause?: unknown): AppError {
  return new AppError(failureOf(code, details), cause === undefined ? undefined : { cause });
}

/** The failure of `code` as data, its sentences filled from `details`. */
export function failureOf(code: ErrorCode, details: ErrorDetails = {}): Failure {
  const text = errorTexts[code];
  return { code, what: fill(text.what, details), fix: fill(text.fix, details), details };
}

/** Any thrown value as a Failure; an unknown one becomes `internal/unexpected`. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof AppError) return thrown.failure;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return failureOf('internal/unexpected', { message });
}

/** Runs `work` and returns its value or its failure; `onUnexpected` sees what no code names. */
export async function toResult<T>(work: () => T | Promise<T>, onUnexpected?: (thrown: unknown) => void): Promise<Result<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (thrown) {
    if (!(thrown instanceof AppError)) onUnexpected?.(thrown);
    return { ok: false, error: toFailure(thrown) };
  }
}

/** The value of a Result, or its failure thrown as an AppError. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new AppError(result.error);
}

function fill(sentence: string, details: ErrorDetails): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => (name in details ? String(details[name]) : whole));
}
