/** Every kind of model, trained on real data in a real window: watched, cancelled, resumed, compared, and trained on from an ONNX file. */
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from 'playwright/test';
import { dropFiles, launchApp, type LaunchedApp } from '../support/launch.ts';
import { penguinsPath } from '../support/penguins.ts';
import { writeDigits, writeFilms, writeWeather } from '../support/training-data.ts';
import { inspectPage } from '../support/inspect.ts';

let launched: LaunchedApp;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-training-'));
  await writeDigits(join(folder, 'digits.csv'), 400);
  await writeWeather(join(folder, 'weather.csv'));
  await writeFilms(join(folder, 'films.csv'));
  launched = await launchApp();
  page = launched.window;
  await launched.app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: chosen });
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
  }, join(folder, 'project'));
  await page.getByRole('button', { name: 'New project' }).click();
  await page.getByLabel('Name of the project').fill('Kinds');
  await page.keyboard.press('Enter');
  await page.getByText('Drop a CSV, JSON, Parquet').waitFor();
  for (const path of [penguinsPath, ...['digits', 'weather', 'films'].map((name) => join(folder, `${name}.csv`))]) {
    await page.getByRole('navigation').getByRole('link', { name: /^Datasets/ }).click();
    await page.getByRole('heading', { name: 'Datasets', level: 1 }).waitFor();
    await dropFiles(page, [path]);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('button', { name: 'Train on v1' }).waitFor();
  }
});
test.afterAll(async () => {
  await launched.close();
  await rm(folder, { recursive: true, force: true });
});

/** Opens the form on a dataset, and chooses target and kind of model. */
async function form(dataset: string, target: string, kind: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: /^Datasets/ }).click();
  await page.getByRole('grid', { name: 'Datasets' }).getByText(dataset, { exact: true }).click();
  await page.getByRole('button', { name: 'Train on v1' }).click();
  await choose(/Target: the column/, target);
  await expect(page.getByRole('radio', { name: 'Fine-tune an ONNX file' })).toBeEnabled();
  await page.getByRole('radio', { name: kind, exact: true }).click();
  await expect(page.getByRole('radio', { name: kind, exact: true })).toBeChecked();
}

async function choose(label: RegExp, option: string): Promise<void> {
  await page.getByRole('main').getByRole('button', { name: label }).click();
  await page.getByRole('option', { name: option }).first().click();
}

async function fill(fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text);
}

/** Starts by the keyboard, and waits for the end; the numbers of the test part in the order of the table. */
async function train(name: string): Promise<number[]> {
  await fill({ Name: name });
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { name: new RegExp(`${name}$`) })).toBeVisible();
  const metrics = page.getByRole('region', { name: 'Metrics' }).getByRole('row', { name: /^Test/ });
  await expect(page.getByText('Done', { exact: true })).toBeVisible({ timeout: 30_000 });
  return (await metrics.getByRole('cell').allTextContents()).map((text) => Number(text.replace('\u2212', '-').replace(',', '')));
}

test('logistic regression is solved exactly, without epochs to set', async () => {
  await form('penguins', 'species', 'Logistic regression');
  await page.getByRole('radio', { name: 'Exactly' }).click();
  await expect(page.getByLabel('Learning rate')).toHaveCount(0);
  await expect(page.getByRole('complementary', { name: 'What will happen' })).toContainText('solved to the optimum');
  const [, accuracy = 0] = await train('exact');
  expect(accuracy).toBeGreaterThan(0.95);
  await inspectPage(page, 'run-exact');
});

test('a perceptron learns vectors for categories, its learning rate along a cosine', async () => {
  await form('penguins', 'species', 'Multilayer perceptron');
  await page.getByText('Learn a vector for each category').click();
  await choose(/Schedule of the rate/, 'Cosine');
  await expect(page.getByRole('img', { name: /^Learning rate from 0.01 to .* over 40 epochs/ })).toHaveCount(0);
  await fill({ 'Most epochs': '40', 'Hidden layers': '16, 0' });
  await expect(page.getByText('Each must be a whole number between 1 and 4,096.').first()).toBeVisible();
  await inspectPage(page, 'train-mlp-error');
  await fill({ 'Hidden layers': '16' });
  await expect(page.getByRole('img', { name: /^Learning rate from 0.01 to .* over 40 epochs/ })).toBeVisible();
  const [, accuracy = 0] = await train('embeddings');
  expect(accuracy).toBeGreaterThan(0.95);
});

test('a convolutional and a residual network read handwritten digits', async () => {
  await form('digits', 'digit', 'Convolutional network');
  await expect(page.getByLabel('Height', { exact: true })).toHaveValue('14');
  await fill({ 'Most epochs': '6' });
  const [, accuracy = 0] = await train('digits cnn');
  expect(accuracy).toBeGreaterThan(0.7);
  await page.getByRole('button', { name: 'Register model' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('digit reader');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'digit reader', level: 1 })).toBeVisible();
  await inspectPage(page, 'model-cnn');

  await form('digits', 'digit', 'Residual network');
  await fill({ 'Most epochs': '2', Filters: '8, 16' });
  await train('digits resnet');
});

test('a GRU and a 1D network forecast the weather from the days before', async () => {
  await form('weather', 'temp_max', 'GRU or LSTM');
  await choose(/Training lowers/, 'Quantile');
  await fill({ Steps: '7', Units: '16', 'Most epochs': '4' });
  await inspectPage(page, 'train-gru');
  const [, mae = Infinity] = await train('weather gru');
  expect(mae).toBeLessThan(6); // in degrees; the mean of all days is off by 6.4
  await form('weather', 'temp_max', '1D convolutional network');
  await fill({ Steps: '7', Filters: '16, 16', 'Most epochs': '4' });
  await train('weather 1d');
});

test('a transformer tells the genre of a film by the words of its title', async () => {
  await form('films', 'genre', 'Transformer encoder');
  await expect(page.getByRole('button', { name: /Column of text/ })).toContainText('title');
  await fill({ Steps: '8', Width: '32', 'Most epochs': '4' });
  const [, accuracy = 0] = await train('film words');
  expect(accuracy).toBeGreaterThan(0.4); // three genres; the most frequent one is about half
});

test('a run is watched, cancelled and resumed to its end', async () => {
  await form('weather', 'temp_max', 'GRU or LSTM');
  await page.getByText('Stop early and keep the best weights').click();
  await fill({ Steps: '24', Units: '32', 'Most epochs': '40', Name: 'long' });
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/epoch [1-9] of 40/)).toBeVisible({ timeout: 30_000 });
  await page.getByRole('main').getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(page.getByText('Cancelled', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).waitFor();
  await inspectPage(page, 'run-cancelled');
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByText(/^Running \d/)).toBeVisible();
  await inspectPage(page, 'run-watched');
  await expect(page.getByText('Done', { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('region', { name: 'Training' })).toContainText('1 time, last at epoch');
});

test('two runs of different kinds are compared setting by setting', async () => {
  await page.getByRole('navigation').getByRole('link', { name: /^Runs/ }).click();
  const grid = page.getByRole('grid', { name: 'Runs' });
  for (const name of ['exact', 'embeddings']) await grid.getByRole('row', { name: new RegExp(name) }).getByRole('checkbox').check({ force: true });
  const comparison = page.getByRole('region', { name: 'Comparison' });
  await expect(comparison).toContainText('Comparing 2 runs');
  await expect(comparison.getByRole('row', { name: /^Schedule/ })).toContainText('Cosine');
  await expect(comparison.getByRole('row', { name: /^Architecture/ })).toContainText('embeddings');
  await page.getByLabel('Filter runs').fill('model:transformer');
  await page.getByLabel('Filter runs').press('Enter');
  await expect(grid.getByRole('row', { name: /film words/ })).toBeVisible();
  await expect(grid.getByRole('row', { name: /weather gru/ })).toHaveCount(0);
  await page.getByRole('button', { name: 'Remove filter Model Transformer' }).click();
  await inspectPage(page, 'runs-kinds');
});

test('an ONNX file is inspected, frozen in part, and trained on for another target', async () => {
  const file = join(folder, 'reader.onnx');
  await copyFile(await objectOf(await page.evaluate(async () => {
    const { assay } = window as unknown as { assay: { call: (name: string, input: unknown) => Promise<{ value: { name: string; object: string }[] }> } };
    return (await assay.call('models.list', {})).value.find(({ name }) => name === 'digit reader')?.object ?? '';
  })), file);
  await launched.app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
  }, file);
  await form('digits', 'digit', 'Fine-tune an ONNX file');
  await expect(page.getByRole('complementary', { name: 'What will happen' })).toContainText('Choose the ONNX file to train on.');
  await page.getByRole('button', { name: 'Choose an ONNX file' }).click();
  const layers = page.getByRole('region', { name: 'Layers of the model' });
  await expect(layers.getByRole('row')).not.toHaveCount(1);
  await layers.getByRole('button', { name: 'freeze up to here' }).first().click();
  await expect(layers).toContainText('frozen');
  await page.getByText(/^New last layer in place of/).click();
  await expect(layers).toContainText('new');
  await inspectPage(page, 'train-imported');
  await fill({ 'Most epochs': '12', 'Learning rate': '0.003' });
  const [, accuracy = 0] = await train('digits again');
  expect(accuracy).toBeGreaterThan(0.75);
});

test('the settings of a run are copied as the YAML that the command line takes', async () => {
  await page.getByRole('button', { name: 'Train a variant' }).click();
  await page.getByRole('button', { name: 'Copy as YAML' }).click();
  await expect(page.getByText('Copied the settings as YAML')).toBeVisible();
  const text = await launched.app.evaluate(({ clipboard }) => clipboard.readText());
  expect(text).toContain('dataset: digits@1');
  expect(text).toContain('kind: imported');
});

test('the compute page says what can train here, and why the rest cannot', async () => {
  await page.getByRole('link', { name: 'What this computer can train on' }).click();
  await expect(page.getByRole('heading', { name: 'Compute' })).toBeVisible();
  await expect(page.getByText('CUDA').first()).toBeVisible({ timeout: 30_000 });
});

test('nothing of it was an error of the page', () => {
  expect(launched.pageErrors).toEqual([]);
});

/** The path of an object of the project by its hash. */
async function objectOf(hash: string): Promise<string> {
  const names = await readdir(join(folder, 'project'), { recursive: true });
  const name = names.find((each) => each.replaceAll(/[\\/]/g, '').includes(hash) || each.endsWith(hash.slice(2)));
  return join(folder, 'project', name ?? hash);
}
