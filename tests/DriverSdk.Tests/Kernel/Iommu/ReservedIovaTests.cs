using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Iommu;
using DriverSdk.Tests.Kernel.Dma;

namespace DriverSdk.Tests.Kernel.Iommu;

/// <summary>What is never handed out, by numbers of its own: page zero, the message window, and the windows in which devices answer.</summary>
[TestClass]
public sealed class ReservedIovaTests
{
    private const ulong MiB = 1UL << 20;

    [TestMethod]
    public void Iovas_OfAnAttachedDevice_LeaveOutInterruptsAndWindows()
    {
        using var bench = new DmaBench();
        var preference = IovaPreference.Below4GiB;
        ulong start;
        do
        {
            Assert.IsTrue(bench.Domain.Iovas.TryAllocate(0, 256, new Iova(0xffff_ffff), ref preference, out var iova));
            start = iova.Value;
            Assert.IsFalse(Overlaps(start, MiB, 0xFEE0_0000, 0xFEF0_0000), $"0x{start:x} lies where requests are interrupts");
            Assert.IsFalse(Overlaps(start, MiB, 0xC000_0000, 0xFEC0_0000), $"0x{start:x} lies in the 32-bit device window");
        }
        while (start > 0xB000_0000);
    }

    [TestMethod]
    public void TryAllocate_EverythingThereIs_NeverGivesPageZero()
    {
        var iovas = new IovaAllocator(new Iova(0xffff), 1);
        var preference = IovaPreference.Anywhere;
        var given = new List<ulong>();
        while (iovas.TryAllocate(0, 1, new Iova(0xffff), ref preference, out var iova))
            given.Add(iova.Value >> 12);
        given.Sort();
        CollectionAssert.AreEqual(Enumerable.Range(1, 15).Select(page => (ulong)page).ToArray(), given);
    }

    private static bool Overlaps(ulong start, ulong length, ulong windowStart, ulong windowEnd) => start < windowEnd && windowStart < start + length;
}
