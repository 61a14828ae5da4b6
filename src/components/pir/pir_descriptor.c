
/* The component's description, spelled as the ecosystem spells it. */


#include "../../api/ic_component.h"
#include "pir.h"


ic_str_t
pir_descriptor(ic_arena_t *arena)
{
    return ic_component_descriptor(arena, ic_component(ic_str("pir")));
}
