using DriverSdk.Contract.Ports;

namespace DriverSdk.Hardware.Mmio;

/// <summary>Something that answers memory-mapped accesses: what lies behind a BAR.</summary>
/// <remarks>
/// Most devices declare a <see cref="RegisterMap{TDevice}"/> instead of implementing this. Several CPUs may call at once: the device guards its own state. A call runs in the
/// middle of a CPU's access, so it must not wait for another CPU; long work is posted to the device timeline. It must not throw.
/// </remarks>
public interface IMmioTarget
{
    /// <summary>Reads.</summary>
    /// <param name="offset">Bytes from the start of the target, a multiple of the width.</param>
    /// <param name="width">Width of the access.</param>
    /// <returns>The value; bits above the width are ignored.</returns>
    ulong Read(ulong offset, AccessWidth width);

    /// <summary>Writes.</summary>
    /// <param name="offset">Bytes from the start of the target, a multiple of the width.</param>
    /// <param name="value">The value; bits above the width are zero.</param>
    /// <param name="width">Width of the access.</param>
    void Write(ulong offset, ulong value, AccessWidth width);
}
