
/* What the component says of itself. */


#include "../../api/ic_component.h"
#include "psi.h"


ic_str_t
psi_descriptor(ic_arena_t *arena)
{
    return ic_component_descriptor(arena, ic_component(ic_str("psi")));
}
