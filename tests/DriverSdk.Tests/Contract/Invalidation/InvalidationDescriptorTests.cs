using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Invalidation;

namespace DriverSdk.Tests.Contract.Invalidation;

[TestClass]
public sealed class InvalidationDescriptorTests
{
    private static readonly DomainId Domain = new(0xabcd);

    public static IEnumerable<object[]> Words =>
    [
        ["context, global", Words2(InvalidationDescriptor.Of(ContextInvalidation.Global())), 0x11UL, 0UL],
        ["context, domain", Words2(InvalidationDescriptor.Of(ContextInvalidation.OfDomain(Domain))), 0xabcd_0021UL, 0UL],
        ["context, device", Words2(InvalidationDescriptor.Of(ContextInvalidation.OfDevice(Domain, new Bdf(0x1234), FunctionMask.All))), 0x0003_1234_abcd_0031UL, 0UL],
        ["IOTLB, global", Words2(InvalidationDescriptor.Of(IotlbInvalidation.Global())), 0xd2UL, 0UL],
        ["IOTLB, domain, no drain", Words2(InvalidationDescriptor.Of(IotlbInvalidation.OfDomain(Domain, Drain.None))), 0xabcd_0022UL, 0UL],
        ["IOTLB, pages", Words2(InvalidationDescriptor.Of(IotlbInvalidation.OfPages(Domain, new Iova(0x1234_5678), 9, InvalidationHint.LeafOnly, Drain.Writes))),
            0xabcd_0072UL, 0x1234_5049UL],
        ["wait, status", Words2(InvalidationDescriptor.Of(InvalidationWait.ByStatusWrite(new PhysAddr(0x1234_5674), 0xdead_beef))), 0xdead_beef_0000_0025UL, 0x1234_5674UL],
        ["wait, interrupt", Words2(InvalidationDescriptor.Of(InvalidationWait.ByInterrupt())), 0x15UL, 0UL],
    ];

    [TestMethod]
    [DynamicData(nameof(Words))]
    public void ADescriptor_IsTheseWords_AndWellFormed(string name, ulong[] actual, ulong low, ulong high)
    {
        Assert.AreEqual(low, actual[0], name);
        Assert.AreEqual(high, actual[1], name);
        Assert.AreEqual(QueueError.None, new InvalidationDescriptor(low, high).CheckForm(), name);
    }

    [TestMethod]
    public void Requests_SurviveTheQueue()
    {
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            var domain = new DomainId((ushort)random.Next(65536));
            var context = ContextInvalidation.OfDevice(domain, new Bdf((ushort)random.Next(65536)), (FunctionMask)random.Next(4));
            Assert.AreEqual(context, InvalidationDescriptor.Of(context).ToContextInvalidation());
            var iotlb = IotlbInvalidation.OfPages(domain, new Iova((ulong)random.NextInt64() << 12), random.Next(37), (InvalidationHint)random.Next(2), (Drain)random.Next(4));
            Assert.AreEqual(iotlb, InvalidationDescriptor.Of(iotlb).ToIotlbInvalidation());
            var wait = new InvalidationWait((WaitActions)random.Next(16), new PhysAddr((ulong)random.NextInt64() << 2), (uint)random.Next());
            Assert.AreEqual(wait, InvalidationDescriptor.Of(wait).ToWait());
        }
    }

    [TestMethod]
    [DataRow(0x1000UL, 0x1000UL, 0)]
    [DataRow(0x1000UL, 0x2000UL, 2)]
    [DataRow(0x2000UL, 0x2000UL, 1)]
    [DataRow(0x1fffUL, 2UL, 2)]
    [DataRow(0x0UL, 0x20_0000UL, 9)]
    [DataRow(0x7fff_f000UL, 0x2000UL, 20)]
    public void ARange_IsCoveredByTheSmallestAlignedRun(ulong start, ulong lengthBytes, int mask)
    {
        var range = new AddressRange<Iova>(new Iova(start), lengthBytes);
        Assert.AreEqual(mask, IotlbInvalidation.OfPages(Domain, range).AddressMask);
    }

    private static ulong[] Words2(InvalidationDescriptor descriptor) => [descriptor.Low, descriptor.High];
}
