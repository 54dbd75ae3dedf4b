using DriverSdk.Kernel.Memory;

namespace DriverSdk.Tests.Kernel.Memory;

[TestClass]
public sealed class SlotDivisionTests
{
    [TestMethod]
    public void EveryOffsetOfEverySlab_DividesExactly()
    {
        foreach (var (objectBytes, order) in SlabAllocator.Classes)
        {
            var division = new SlotDivision(objectBytes);
            for (var offset = 0; offset < 4096 << order; offset++)
                Assert.AreEqual(offset / objectBytes, division.IndexOf(offset), $"{offset} / {objectBytes}");
        }
    }
}
