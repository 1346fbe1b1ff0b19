import { DOCS_PATH, docsHeaders, LLMS_FILES, REFERENCE_PATH } from '../core/base/docs.ts'
import type { PageResponse, RequestHead } from '../core/base/http-message.ts'
import { plainText, type Shown, staticFiles } from './static-files.ts'

/** where `npm run docs` writes the documentation, and where the package has it */
const BUILT = new URL('../docs-site/', import.meta.url)
/** words with slashes between them, and at most one ending: no step up, nothing hidden */
const NAMES = /^[\w-]+(\.[\w-]+)*(\/[\w-]+(\.[\w-]+)*)*$/
const FILES = /\.(md|js|css|json|svg|png|jpg|webp|txt)$/

const NOT_BUILT = `The documentation is not built here: run "npm run docs" in the project's folder. The npm package has it.\n`
const NOT_THERE = 'The documentation has no such page.\n'

/**
 * The documentation: pages at /docs, the same as Markdown with `.md` behind, and llms.txt.
 * @param built the folder of the files
 */
export function docsPages(built: URL = BUILT): Shown {
  const files = staticFiles(built)
  const [common, drawn] = [docsHeaders(false), docsHeaders(true)]

  async function answer(head: RequestHead, name: string): Promise<PageResponse> {
    const { method, path } = head
    if (method !== 'GET' && method !== 'HEAD') {
      return plainText(405, 'The documentation is only read.\n', common, { allow: 'GET, HEAD' })
    }
    const moved = (to: string) => plainText(308, '', common, { location: to })
    if (path === DOCS_PATH) return moved(`${DOCS_PATH}/`)
    const folder = name === '' || name.endsWith('/')
    const asked = folder ? `${name}index.html` : FILES.test(name) ? name : `${name}.html`
    if (!NAMES.test(asked)) return plainText(404, NOT_THERE, common)
    const found = await files.file(head, asked, path === REFERENCE_PATH ? drawn : common)
    if (found !== undefined) return found
    // a folder's own page is at its address with a slash, from which its links lead
    if (!folder && (await files.file(head, `${name}/index.html`, common)) !== undefined) {
      return moved(`${path}/`)
    }
    return plainText(404, name === '' ? NOT_BUILT : NOT_THERE, common)
  }

  return (head) => {
    const { path } = head
    if (path === DOCS_PATH || path.startsWith(`${DOCS_PATH}/`)) {
      return answer(head, path.slice(DOCS_PATH.length + 1))
    }
    return LLMS_FILES.includes(path.slice(1)) ? answer(head, path.slice(1)) : undefined
  }
}
