// A workflow with a bug: a plain error fails its task, and Temporal tries that again and again.

export async function incidentWorkflow(): Promise<void> {
  throw new Error('a bug');
}
