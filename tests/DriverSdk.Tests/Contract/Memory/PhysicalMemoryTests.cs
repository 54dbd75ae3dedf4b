using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;

namespace DriverSdk.Tests.Contract.Memory;

[TestClass]
public sealed class PhysicalMemoryTests
{
    private const ulong LowEnd = 2UL << 30;
    private const ulong HighStart = 4UL << 30;
    private const ulong HighEnd = 6UL << 30;

    [TestMethod]
    [DataRow(0UL, 1UL, true)]
    [DataRow(LowEnd - 1, 1UL, true)]
    [DataRow(LowEnd - 1, 2UL, false)]
    [DataRow(LowEnd, 1UL, false)]
    [DataRow(HighStart - 1, 1UL, false)]
    [DataRow(HighStart - 1, 2UL, false)]
    [DataRow(HighStart, HighEnd - HighStart, true)]
    [DataRow(HighStart, HighEnd - HighStart + 1, false)]
    [DataRow(HighEnd, 1UL, false)]
    [DataRow(0UL, HighEnd, false)]
    [DataRow(ulong.MaxValue, 1UL, false)]
    [DataRow(8UL, ulong.MaxValue, false)]
    [DataRow(HighStart + 8, ulong.MaxValue - 4, false)]
    public void Contains_KnowsBordersAndHole(ulong start, ulong length, bool expected)
    {
        using var ram = new PhysicalMemory(new MemoryLayout(4UL << 30));

        Assert.AreEqual(expected, ram.Contains(new PhysAddr(start), length));
    }

    [TestMethod]
    public void Bytes_NeverWritten_AreZero()
    {
        using var ram = new PhysicalMemory(new MemoryLayout(4UL << 30));
        var bytes = new byte[64];
        Array.Fill(bytes, (byte)0xee);

        Assert.IsTrue(ram.TryRead(new PhysAddr(HighEnd - 64), bytes));

        Assert.IsTrue(bytes.All(value => value == 0));
    }

    [TestMethod]
    public void Copies_ThatLeaveRam_ChangeNothing()
    {
        using var ram = new PhysicalMemory(new MemoryLayout(4UL << 30));
        byte[] source = [1, 2, 3, 4];
        var destination = new byte[4];

        Assert.IsFalse(ram.TryWrite(new PhysAddr(LowEnd - 2), source));
        Assert.IsTrue(ram.TryRead(new PhysAddr(LowEnd - 4), destination));
        CollectionAssert.AreEqual(new byte[4], destination);
        Assert.IsTrue(ram.TryWrite(new PhysAddr(LowEnd - 4), source));
        Assert.IsFalse(ram.TryRead(new PhysAddr(LowEnd - 3), destination));
        CollectionAssert.AreEqual(new byte[4], destination);
        Assert.IsTrue(ram.TryRead(new PhysAddr(LowEnd - 4), destination));
        CollectionAssert.AreEqual(source, destination);
    }

    [TestMethod]
    public void Entries_AreAlignedAndLittleEndian()
    {
        using var ram = new PhysicalMemory(new MemoryLayout(32UL << 20));
        var bytes = new byte[8];

        Assert.IsTrue(ram.TryWriteEntry(new PhysAddr(0x1008), 0x1122_3344_5566_7788));
        Assert.IsTrue(ram.TryReadEntry(new PhysAddr(0x1008), out var entry));
        Assert.IsTrue(ram.TryRead(new PhysAddr(0x1008), bytes));

        Assert.AreEqual(0x1122_3344_5566_7788UL, entry);
        Assert.AreEqual(0x88, bytes[0]);
        Assert.IsFalse(ram.TryReadEntry(new PhysAddr(0x1004), out _));
        Assert.IsFalse(ram.TryWriteEntry(new PhysAddr(32UL << 20), 1));
    }

    [TestMethod]
    public void SpanOutsideRam_NamesRamInItsError()
    {
        using var ram = new PhysicalMemory(new MemoryLayout(32UL << 20));

        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ram.Span(new PhysAddr(32UL << 20), 1));

        StringAssert.Contains(error.Message, "[phys:0x0, +0x2000000)");
    }

    [TestMethod]
    public void AfterDispose_NothingIsRam()
    {
        var ram = new PhysicalMemory(new MemoryLayout(32UL << 20));
        ram.Dispose();

        Assert.IsFalse(ram.Contains(default, 1));
        Assert.IsFalse(ram.TryReadEntry(default, out _));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ram.Span(default, 1));
    }
}
