/** Files about the project agree with each other. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { documents, ROOT } from './markdown.js';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const project = JSON.parse(read('package.json'));
const citation = parse(read('CITATION.cff'));
const home: string = project.repository.url.replace(/^git\+|\.git$/g, '');

test('the version is one', () => {
  expect(citation.version).toBe(project.version);
  expect(read('CHANGELOG.md')).toContain(`## ${project.version} `);
});

test('the repository is one', () => {
  expect([citation['repository-code'], project.bugs]).toEqual([home, `${home}/issues`]);
  const elsewhere = documents
    .flatMap(({ links }) => links)
    .filter((link) => /github\.com\/[^/]+\/pushsim/.test(link) && !link.startsWith(home));
  expect(elsewhere).toEqual([]);
});

test('what is packed is there', () => {
  const missing = project.files.filter((file: string) => file !== 'dist' && !existsSync(join(ROOT, file)));
  expect(missing).toEqual([]);
});

test('every section of the change log is of a known kind', () => {
  const sections = [...read('CHANGELOG.md').matchAll(/^### (.*)$/gm)].map(([, name]) => name);
  const kinds = new Set(['Added', 'Changed', 'Results change', 'Fixed']);
  expect(sections.length).toBeGreaterThan(0);
  expect(sections.filter((name) => !kinds.has(name ?? ''))).toEqual([]);
});
