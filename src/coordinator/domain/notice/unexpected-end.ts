/** Whether a server ended by itself, which nobody wished, whatever code it had. */
export function isUnexpectedEnd({service}: {readonly service: boolean}, status: string): boolean {
  return service && BY_ITSELF.includes(status);
}

const BY_ITSELF: readonly string[] = ['completed', 'failed', 'crashed'];
