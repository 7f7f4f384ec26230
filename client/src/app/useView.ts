/** What a route's reader made of the address. */
import {
  type AnyRouteMatch,
  type RegisteredRouter,
  type RouteById,
  type RouteIds,
  useMatch,
} from '@tanstack/react-router'

type Tree = RegisteredRouter['routeTree']
type View<Id extends RouteIds<Tree>> = RouteById<Tree, Id>['types']['fullSearchSchema']

/**
 * The route's view, and nothing but what its `validateSearch` has returned. The router's `useSearch` puts that over
 * the raw parameters, `search.strict` or not, so that what was dropped would be back.
 */
export function useView<const Id extends RouteIds<Tree>>(from: Id): View<Id> {
  const read = ({ _strictSearch }: AnyRouteMatch) => _strictSearch
  return useMatch({ from, select: read, structuralSharing: true } as never)
}
