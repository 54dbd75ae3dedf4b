using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Memory;

/// <summary>What lies behind a kernel virtual address. Only <see cref="DirectMap"/> may be handed to a device by its address.</summary>
[AnyContext]
public enum MemoryRegion
{
    /// <summary>Nothing: a hole, a guard page, freed vmalloc space.</summary>
    Unmapped = 0,

    /// <summary>All RAM at a fixed offset: what kmalloc and the page allocator hand out. Linux: the linear map.</summary>
    DirectMap,

    /// <summary>Virtually contiguous, physically scattered. Linux: <c>is_vmalloc_addr()</c>.</summary>
    Vmalloc,

    /// <summary>A task's stack, gone when its task is gone.</summary>
    Stack,

    /// <summary>The kernel's code, read-only.</summary>
    Text,

    /// <summary>The kernel's constants, read-only.</summary>
    Rodata,

    /// <summary>The kernel's static variables.</summary>
    Data,
}
