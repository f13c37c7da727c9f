/** What an agent may do to its own live call. */
export type CallActions = {
  /** Ends the call as the agent's hang-up, once what is being said was heard. */
  endCall(): void
  /**
   * Hands the caller to another number. Resolves once the carrier has connected it, with which the agent's part is
   * over; the conversation goes on until then.
   * @param to E.164
   * @throws Error with a sentence for the model when the number was not reached: the agent keeps the caller
   */
  transfer(to: string): Promise<void>
  /**
   * Presses keys, as a menu of the other side asks for.
   * @param digits `0-9 A-D * #`, at most 32
   * @throws RangeError for anything else
   */
  sendDigits(digits: string): Promise<void>
}
