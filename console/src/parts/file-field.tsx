import FileUpload from '@cloudscape-design/components/file-upload'
import FormField from '@cloudscape-design/components/form-field'
import { useTexts } from '../i18n/texts.tsx'

/** A file that a person chose, with its bytes. */
export interface ChosenFile {
  readonly file: File
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** files of more bytes than this are nothing that a form here takes */
const MOST = 1_048_576

/** Takes one file, and reads it in the tab. */
export function FileField({
  label,
  description,
  chosen,
  onChange,
  accept,
  error,
}: {
  readonly label: string
  readonly description?: string
  readonly chosen: ChosenFile | undefined
  readonly onChange: (chosen: ChosenFile | undefined) => void
  /** as `accept` of HTML's file inputs */
  readonly accept?: string
  /** what is wrong with the file */
  readonly error?: string
}) {
  const t = useTexts()
  const read = async (file: File | undefined) => {
    const few = file?.slice(0, MOST)
    if (file === undefined || few === undefined) return onChange(undefined)
    onChange({ file, bytes: new Uint8Array(await few.arrayBuffer()) })
  }
  return (
    <FormField label={label} description={description} errorText={error ?? ''}>
      <FileUpload
        value={chosen === undefined ? [] : [chosen.file]}
        onChange={({ detail }) => void read(detail.value[0])}
        {...(accept !== undefined && { accept })}
        showFileSize
        i18nStrings={{
          uploadButtonText: () => t('file.choose'),
          dropzoneText: () => t('file.drop'),
          removeFileAriaLabel: (_, name) => t('tags.remove', { key: name }),
          limitShowFewer: t('close'),
          limitShowMore: t('more'),
          errorIconAriaLabel: t('file.error'),
        }}
      />
    </FormField>
  )
}
