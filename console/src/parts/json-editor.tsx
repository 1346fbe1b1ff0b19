import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type ReactNode, useId, useMemo } from 'react'
import { useTexts } from '../i18n/texts.tsx'
import { jsonFault, laidOut, tokensOf } from './json-text.ts'

/** JSON in colours. */
export function JsonText({ text }: { readonly text: string }) {
  const tokens = useMemo(() => tokensOf(text), [text])
  let at = 0
  return tokens.map(({ text: part, kind }) => {
    at += part.length
    return kind === 'other' ? (
      part
    ) : (
      <span key={at} className={`json-${kind}`}>
        {part}
      </span>
    )
  })
}

/**
 * An editor of JSON: a text area of the browser's own, which keyboards and screen readers know, over the same text in
 * colours and numbered lines. Says where the text is no JSON.
 */
export function JsonEditor({
  label,
  description,
  value,
  onChange,
  error,
}: {
  readonly label: string
  readonly description?: ReactNode
  readonly value: string
  /** without it the text is only read */
  readonly onChange?: (value: string) => void
  /** what the service says of it */
  readonly error?: ReactNode
}) {
  const t = useTexts()
  const id = useId()
  const fault = useMemo(() => jsonFault(value), [value])
  const lines = value.split('\n').length
  const wrong =
    fault && t('json.fault', { line: fault.line, column: fault.column, words: fault.words })
  return (
    <FormField
      label={label}
      description={description}
      stretch
      errorText={error ?? wrong}
      controlId={id}
      secondaryControl={
        onChange && (
          <SpaceBetween size="xs">
            <Button
              formAction="none"
              disabled={fault !== undefined}
              onClick={() => onChange(laidOut(value))}
            >
              {t('json.format')}
            </Button>
          </SpaceBetween>
        )
      }
    >
      <div className="json-editor">
        <pre className="json-lines" aria-hidden="true">
          {Array.from({ length: lines }, (_, line) => line + 1).join('\n')}
        </pre>
        <div className="json-body">
          <pre className="json-colours" aria-hidden="true">
            <JsonText text={value} />
            {'\n'}
          </pre>
          <textarea
            id={id}
            value={value}
            readOnly={onChange === undefined}
            onChange={(event) => onChange?.(event.target.value)}
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
            wrap="off"
            aria-invalid={fault !== undefined || (error !== undefined && error !== null)}
          />
        </div>
      </div>
    </FormField>
  )
}
