using DriverSdk.Kernel.Memory;

namespace DriverSdk.Tests.Kernel.Memory;

[TestClass]
public sealed class AllocationFreeTests
{
    [TestMethod]
    public void TheHotPaths_AllocateNothingOnTheHost()
    {
        using var memory = new TestMemory();
        Round(memory.Kernel);
        Round(memory.Kernel);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
            Round(memory.Kernel);

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Round(KernelMemory kernel)
    {
        for (var order = 0; order <= PageAllocator.MaxOrder; order++)
            kernel.FreePages(kernel.AllocPages(order, Gfp.Atomic));
        for (var length = 1UL; length <= 16384; length *= 2)
        {
            var buffer = kernel.Kmalloc(length, Gfp.Zero);
            using (var view = buffer.Write())
                view.Bytes[0] = 1;
            using (var view = buffer.Read())
                _ = view.Bytes[0];
            kernel.Kfree(buffer);
        }
    }
}
