using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Formats;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Registers;

namespace DriverSdk.Tests.Contract.Registers;

[TestClass]
public sealed class RegisterLayoutTests
{
    [TestMethod]
    public void Commands_AreTheseWords()
    {
        var context = new ContextCommand { Busy = true, Request = ContextInvalidation.OfDevice(new DomainId(0xabcd), new Bdf(0x1234), FunctionMask.HighBit) };
        Assert.AreEqual(0xe000_0001_1234_abcdUL, context.Value);
        Assert.AreEqual(ContextInvalidation.OfDevice(new DomainId(0xabcd), new Bdf(0x1234), FunctionMask.HighBit), context.Request);
        Assert.AreEqual(0xa200_0000_0000_0000UL | (0x3UL << 48) | (0xabcdUL << 32),
            new IotlbCommand { Busy = true, Granularity = IotlbGranularity.Domain, Actual = IotlbGranularity.Global, Drain = Drain.All, Domain = new DomainId(0xabcd) }.Value);
        Assert.AreEqual(0x1234_5049UL, new InvalidateAddress { Page = new Iova(0x1234_5000), AddressMask = 9, Hint = InvalidationHint.LeafOnly }.Value);
    }

    [TestMethod]
    public void Addresses_AreTheseWords()
    {
        Assert.AreEqual(0x1234_5c00UL, new RootTableAddress { Table = new PhysAddr(0x1234_5000), Mode = TranslationTableMode.AbortDma }.Value);
        var queue = new QueueAddress { Queue = new PhysAddr(0x1234_5000), SizeOrder = 3, WideDescriptors = true };
        Assert.AreEqual(0x1234_5803UL, queue.Value);
        Assert.AreEqual(2048, queue.DescriptorCount);
        Assert.AreEqual(0x7_fff0UL, new QueuePointer { Index = 32767 }.Value);
    }

    [TestMethod]
    public void StatusBits_AreTheseWords()
    {
        Assert.AreEqual(0x0573u, new FaultStatus { Overflow = true, Pending = true, QueueError = true, CompletionError = true, CompletionTimeout = true, FirstRecord = 5 }.Value);
        Assert.AreEqual(0xc000_0000u, new EventControl { Masked = true, Pending = true }.Value);
        Assert.AreEqual(0x4u, (uint)new QueueErrorRecord { Error = QueueError.ReservedField }.Value);
    }

    [TestMethod]
    [DataRow(0, 64, ulong.MaxValue)]
    [DataRow(63, 1, 1UL << 63)]
    [DataRow(4, 8, 0xff0UL)]
    public void AMask_CoversItsBits(int low, int width, ulong expected) => Assert.AreEqual(expected, Bits.Mask(low, width));

    [TestMethod]
    public void AFieldWrite_LeavesTheOtherBits()
    {
        Assert.AreEqual(0xffff_f12fUL, Bits.With(0xffff_ffff, 4, 8, 0xf12));
        Assert.AreEqual(0x12UL, Bits.Get(0xffff_f12f, 4, 8));
    }
}
