using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Interrupts;

namespace DriverSdk.Qtest.Iommu;

/// <summary>An interrupt table in emulated RAM (facts/vtd.md 8), and the messages that name its entries.</summary>
/// <param name="client">The machine.</param>
/// <param name="start">The table, page-aligned and zeroed.</param>
/// <param name="sizeOrder">It has 2^(sizeOrder+1) entries.</param>
public sealed class InterruptTable(QtestClient client, PhysAddr start, int sizeOrder)
{
    private const ulong Window = 0xfee0_0000;

    /// <summary>Where it lies.</summary>
    public PhysAddr Start => start;

    /// <summary>Its size as IRTA has it.</summary>
    public int SizeOrder => sizeOrder;

    /// <summary>How many entries it has.</summary>
    public int Capacity => 2 << sizeOrder;

    /// <summary>A message in remappable form that names an entry by its handle alone.</summary>
    public static InterruptMessage MessageOf(int handle) => Message(handle, 0, 0);

    /// <summary>A message in remappable form whose data is added to the handle (SHV).</summary>
    public static InterruptMessage MessageOf(int handle, uint subhandle) => Message(handle, 1UL << 3, subhandle);

    /// <summary>Writes an entry.</summary>
    public void Set(int index, in RemappedInterrupt entry)
    {
        var at = start + ((ulong)index * RemappedInterrupt.SizeBytes);
        client.StartBatch().Write64(at + 8, entry.High).Write64(at, entry.Low).Run();
    }

    private static InterruptMessage Message(int handle, ulong subhandleValid, uint data) =>
        new(new PhysAddr(Window | (((ulong)handle & 0x7fff) << 5) | (1UL << 4) | subhandleValid | ((((ulong)handle >> 15) & 1) << 2)), data);
}
