using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Memory;

/// <summary>A local array on the task's stack, gone when the scope ends: never to be mapped for a device.</summary>
/// <remarks>Scopes are disposed in the opposite order of opening, as <see langword="using"/> does.</remarks>
[AnyContext]
public readonly ref struct KernelStackBuffer
{
    private readonly KernelStack? _stack;
    private readonly ulong _usedBefore;

    internal KernelStackBuffer(KernelStack stack, ulong usedBefore, KernelBuffer buffer)
    {
        _stack = stack;
        _usedBefore = usedBefore;
        Buffer = buffer;
    }

    /// <summary>The bytes. A copy of this outlives the scope as a dangling pointer does in C: that mistake is possible here on purpose.</summary>
    public KernelBuffer Buffer { get; }

    /// <summary>Pops the bytes, and whatever was pushed after them.</summary>
    public void Dispose() => _stack?.PopTo(_usedBefore);
}
