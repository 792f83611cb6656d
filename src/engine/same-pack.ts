/** Loads that add to what is there, told from those that replace it. Pure. */
import { AUTOMATIC } from '../model/variants.ts';
import type { LoadRequest } from './protocol.ts';

/** Whether a request is for more of what was loaded: the same variant of the same pack, for the same backend. */
export function isMoreOf({ request }: { readonly request: LoadRequest }, other: LoadRequest): boolean {
  const choiceOf = ({ variant }: LoadRequest) => variant ?? AUTOMATIC;
  return (
    request.packUrl === other.packUrl &&
    choiceOf(request) === choiceOf(other) &&
    request.backend === other.backend &&
    (request.strictPlacement ?? false) === (other.strictPlacement ?? false)
  );
}
