using DriverSdk.Kernel.Dma;
using DriverSdk.Tests.Kernel.Dma;

namespace DriverSdk.Tests.Kernel.Debugging;

[TestClass]
public sealed class DmaDebugBalanceTests
{
    // A page's counters of mappings and of unmaps under way have 15 bits each: what one turn leaves behind overflows in this many.
    private const int MoreThanACounterHolds = 33_000;

    [TestMethod]
    public void MapAndUnmap_MoreOftenThanACounterHolds_StaysBalanced()
    {
        using var bench = DmaBench.WithoutUnit();
        var buffer = bench.Kmalloc(64);
        for (var turn = 0; turn < MoreThanACounterHolds; turn++)
        {
            Assert.IsTrue(bench.Device.Dma.TryMap<Bidirectional>(buffer, out var loan));
            loan.Unmap();
        }

        bench.Memory.Kfree(buffer);
        Assert.AreEqual(0L, bench.Sanitizer.Count, string.Join('\n', bench.Sanitizer.Violations));
    }
}
