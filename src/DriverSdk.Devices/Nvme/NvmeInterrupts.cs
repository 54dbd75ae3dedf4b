using DriverSdk.Hardware.Pci;

namespace DriverSdk.Devices.Nvme;

/// <summary>When the controller interrupts: MSI-X masks its own vectors; MSI and the line obey INTMS and INTMC.</summary>
/// <remarks>The line is a level: asserted while an unmasked completion queue holds entries that the driver has not taken.</remarks>
internal sealed class NvmeInterrupts(NvmeCore core, IInterruptPins pins)
{
    private const int MaskableVectors = 32;

    private readonly Lock _lineLock = new();
    private uint _mask;

    /// <summary>Masked vectors, as INTMS and INTMC read; vectors from 31 up share the last bit.</summary>
    public uint Mask
    {
        get => Volatile.Read(ref _mask);
        set => ChangeMask(value);
    }

    /// <summary>Entries were put into a completion queue of this vector.</summary>
    public void EntriesPosted(int vector)
    {
        core.Statistics.CountInterrupt();
        switch (pins.Kind)
        {
            case InterruptKind.Msix:
                pins.Send(vector);
                break;
            case InterruptKind.Msi:
                if (!IsMasked(Mask, vector))
                    pins.Send(vector);
                break;
            default:
                UpdateLine();
                break;
        }
    }

    /// <summary>The driver took entries.</summary>
    public void EntriesTaken()
    {
        if (pins.Kind == InterruptKind.Line)
            UpdateLine();
    }

    /// <summary>No vector is masked and no line asserted, as after a reset.</summary>
    public void Clear()
    {
        Volatile.Write(ref _mask, 0);
        lock (_lineLock)
            pins.Lower();
    }

    private static bool IsMasked(uint mask, int vector) => (mask & (1u << Math.Min(vector, MaskableVectors - 1))) != 0;

    private void ChangeMask(uint mask)
    {
        var unmasked = Interlocked.Exchange(ref _mask, mask) & ~mask;
        if (pins.Kind == InterruptKind.Line)
            UpdateLine();
        for (var vector = 0; pins.Kind == InterruptKind.Msi && vector < core.Options.InterruptVectors; vector++)
        {
            if (IsMasked(unmasked, vector) && core.Queues.HasEntriesFor(vector))
                pins.Send(vector);
        }
    }

    private void UpdateLine()
    {
        lock (_lineLock)
        {
            if (HasUnmaskedEntries())
                pins.Raise();
            else
                pins.Lower();
        }
    }

    private bool HasUnmaskedEntries()
    {
        var mask = Mask;
        for (var id = 0; id < core.Queues.Count; id++)
        {
            if (core.Queues.Completion(id) is { Vector: { } vector } queue && !IsMasked(mask, vector) && queue.HasEntries)
                return true;
        }

        return false;
    }
}
