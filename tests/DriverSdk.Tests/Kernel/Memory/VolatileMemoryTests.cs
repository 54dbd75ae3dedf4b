using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Memory;

namespace DriverSdk.Tests.Kernel.Memory;

[TestClass]
public sealed class VolatileMemoryTests
{
    private static readonly PhysAddr Start = new(0x10_0000);

    [TestMethod]
    public void EveryWidth_IsLittleEndianAndItsOwnBytesOnly()
    {
        using var memory = new TestMemory();
        var ring = new VolatileMemory(memory.Ram, Start, 64);

        ring.Write64(8, 0x8877_6655_4433_2211);
        ring.Write8(8, 0xa1);
        ring.Write16(10, 0xb4b3);
        ring.Write32(12, 0xc8c7_c6c5);

        Assert.AreEqual(0xc8c7_c6c5_b4b3_22a1, ring.Read64(8));
        Assert.AreEqual(0xc8c7_c6c5, ring.Read32(12));
        Assert.AreEqual(0xb4b3, ring.Read16(10));
        Assert.AreEqual(0xa1, ring.Read8(8));
        CollectionAssert.AreEqual(new byte[] { 0xa1, 0x22, 0xb3, 0xb4, 0xc5, 0xc6, 0xc7, 0xc8 }, memory.Ram.Span(Start + 8, 8).ToArray());
        Assert.AreEqual(0UL, ring.Read64(0));
        Assert.AreEqual(0UL, ring.Read64(16));
    }

    [TestMethod]
    public void AccessesOutsideOrUnaligned_AreRefused()
    {
        using var memory = new TestMemory();
        var ring = new VolatileMemory(memory.Ram, Start, 12);

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ring.Read64(8));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ring.Read32(2));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ring.Write16(1, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ring.Write8(12, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ring.Read32(ulong.MaxValue - 3));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => default(VolatileMemory).Read8(0));
        Assert.AreEqual(0u, ring.Read32(8));
    }

    [TestMethod]
    public void Copies_StayInside()
    {
        using var memory = new TestMemory();
        var ring = new VolatileMemory(memory.Ram, Start, 16);
        var bytes = new byte[4];

        ring.CopyFrom([1, 2, 3, 4], offset: 12);
        ring.CopyTo(bytes, offset: 12);

        CollectionAssert.AreEqual(new byte[] { 1, 2, 3, 4 }, bytes);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ring.CopyFrom(bytes, offset: 13));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ring.CopyTo(bytes, offset: 13));
        ring.Clear();
        Assert.AreEqual(0u, ring.Read32(12));
        default(VolatileMemory).Clear();
    }

    [TestMethod]
    public void AWriter_OnAnotherThread_IsSeenInOrder()
    {
        using var memory = new TestMemory();
        var ring = new VolatileMemory(memory.Ram, Start, 128);
        var producer = new Thread(() =>
        {
            for (var value = 1u; value <= 20_000; value++)
            {
                ring.Write32(64, value);
                ring.Write32(0, value);
            }
        });

        producer.Start();
        for (var flag = 0u; flag < 20_000;)
        {
            flag = ring.Read32(0);
            Assert.IsGreaterThanOrEqualTo(flag, ring.Read32(64));
        }

        producer.Join();
    }
}
