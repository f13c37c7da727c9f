'use client'
import { $createTextNode } from '@payloadcms/richtext-lexical/lexical'
import type { TextNode } from '@payloadcms/richtext-lexical/lexical'
import {
  LexicalTypeaheadMenuPlugin,
  MenuOption,
} from '@payloadcms/richtext-lexical/lexical/react/LexicalTypeaheadMenuPlugin'
import { useMemo, useState } from 'react'
import { createPortal } from 'react-dom'
import type { PromptVariable } from '../../../prompts/variables.ts'
import { $createVariableNode } from './variable-node.ts'

const baseClass = 'variable-menu'

/** Two opened braces and the beginning of a name, up to the caret. */
const OPENED = /\{\{[ \t]*([a-zA-Z0-9_]*)$/

class VariableOption extends MenuOption {
  readonly variable: PromptVariable

  constructor(variable: PromptVariable) {
    super(variable.name)
    this.variable = variable
  }
}

/** Opens while a variable is being typed and offers those that there are. */
export const VariableMenu = ({ variables }: { variables: readonly PromptVariable[] }) => {
  const [query, setQuery] = useState<string | null>(null)
  const options = useMemo(() => {
    const wanted = query?.toLowerCase() ?? ''
    return variables.filter(({ name }) => name.toLowerCase().includes(wanted)).map((one) => new VariableOption(one))
  }, [variables, query])

  const choose = ({ variable }: VariableOption, typed: TextNode | null, close: () => void) => {
    const chip = $createVariableNode(variable.name)
    if (typed) {
      chip.setFormat(typed.getFormat())
      typed.replace(chip)
      const space = $createTextNode(' ')
      chip.insertAfter(space)
      space.selectEnd()
    }
    close()
  }

  return (
    <LexicalTypeaheadMenuPlugin<VariableOption>
      onQueryChange={setQuery}
      onSelectOption={choose}
      options={options}
      triggerFn={(text) => {
        const match = OPENED.exec(text)
        const [replaceableString, matchingString = ''] = match ?? []
        if (!match || replaceableString === undefined) return null
        return { leadOffset: match.index, matchingString, replaceableString }
      }}
      menuRenderFn={(anchor, { selectedIndex, selectOptionAndCleanUp, setHighlightedIndex }) =>
        anchor.current && options.length > 0
          ? createPortal(
              <div className={baseClass} role="listbox">
                {options.map((option, index) => (
                  <div
                    aria-selected={index === selectedIndex}
                    className={`${baseClass}__item`}
                    key={option.key}
                    onMouseDown={(event) => {
                      // The editor must keep its selection: that is where the chip goes.
                      event.preventDefault()
                      selectOptionAndCleanUp(option)
                    }}
                    onMouseEnter={() => setHighlightedIndex(index)}
                    ref={(element) => option.setRefElement(element)}
                    role="option"
                    tabIndex={-1}
                  >
                    <span className={`${baseClass}__name`}>{option.variable.name}</span>
                    <span className={`${baseClass}__description`}>{option.variable.description}</span>
                  </div>
                ))}
              </div>,
              anchor.current,
            )
          : null
      }
    />
  )
}
