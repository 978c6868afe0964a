/** The project's documents, taken apart: blocks of code, commands within a sentence, links and the anchors they lead to. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import GithubSlugger from 'github-slugger';
import { marked, type Token } from 'marked';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Block {
  /** For the titles of tests: `docs/faq.md: yaml 2`. */
  readonly name: string;
  readonly language: string;
  /** What follows the language: `file=canary.yaml`. */
  readonly file: string | undefined;
  readonly text: string;
  /** Why it is not run: from a comment `<!-- not run: … -->` before the block. */
  readonly notRun: string | undefined;
}

export interface Document {
  /** Below the root. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly spans: readonly string[];
  readonly links: readonly string[];
  readonly anchors: ReadonlySet<string>;
}

const NOT_RUN = /^<!-- not run: (.+?) -->\s*$/;

/** Every document a user meets, in the order of their paths. */
export const documents: readonly Document[] = [
  ...markdownIn('.', false),
  ...['docs', 'scenarios', 'results', 'bench', '.github'].flatMap((folder) => markdownIn(folder, true)),
].map(read);

function markdownIn(folder: string, recursive: boolean): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive, encoding: 'utf8' })
    .map((file) => normalize(join(folder, file)).replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.md') && !/^results\/(?!reference\/|README)/.test(file))
    .sort();
}

function read(path: string): Document {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const blocks: Block[] = [];
  const spans: string[] = [];
  const links: string[] = [];
  const anchors = new Set<string>();
  const slugger = new GithubSlugger();
  let before: Token | undefined;
  marked.walkTokens(marked.lexer(text), (token) => {
    if (token.type === 'space') return;
    if (token.type === 'code') {
      const [language = '', ...rest] = (token.lang ?? '').split(/\s+/);
      const file = rest.find((part: string) => part.startsWith('file='))?.slice('file='.length);
      const number = blocks.filter((block) => block.language === language).length + 1;
      const notRun = before?.type === 'html' ? NOT_RUN.exec(before.raw)?.[1] : undefined;
      blocks.push({ name: `${path}: ${language} ${number}`, language, file, text: token.text, notRun });
    }
    if (token.type === 'codespan') spans.push(token.text.replaceAll('&lt;', '<').replaceAll('&gt;', '>'));
    if (token.type === 'link' || token.type === 'image') links.push(token.href);
    if (token.type === 'heading') anchors.add(slugger.slug(plain(token.tokens ?? [])));
    before = token;
  });
  return { path, text, blocks, spans, links, anchors };
}

/** A heading as its readers see it. */
function plain(tokens: readonly Token[]): string {
  return tokens
    .map((token) => ('tokens' in token && token.tokens ? plain(token.tokens) : 'text' in token ? token.text : ''))
    .join('');
}

/** The document or file a link leads to, below the root; undefined for links to elsewhere. */
export function targetOf(link: string, from: string): { readonly path: string; readonly anchor: string } | undefined {
  if (/^[a-z]+:/.test(link)) return undefined;
  const [path = '', anchor = ''] = link.split('#');
  return { path: path === '' ? from : normalize(join(dirname(from), path)).replaceAll('\\', '/'), anchor };
}
