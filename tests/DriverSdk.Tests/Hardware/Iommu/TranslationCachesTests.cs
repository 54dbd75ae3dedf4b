using System.Diagnostics;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class TranslationCachesTests
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromMilliseconds(200);
    private static readonly CachedContext Context = new(new ContextEntry { IsPresent = true, Levels = 4 }, new DomainId(5), 48);
    private static readonly WalkResult Walk = new(FaultReason.None, new PhysAddr(0x5000), 0, IommuAccess.ReadWrite);

    [TestMethod]
    public void ATranslationWalkedBeforeAnInvalidation_IsNotCachedAfterIt()
    {
        var caches = new TranslationCaches(new RemappingUnitOptions());
        var generation = caches.Generation;
        caches.Invalidate(IotlbInvalidation.OfPages(Context.Domain, new Iova(0x1000), 0));
        caches.Fill(Context, new Iova(0x1000), Walk, generation);
        Assert.IsFalse(caches.Iotlb.TryFind(Context.DomainTag, new Iova(0x1000), IommuAccess.Read, new Requester(), out _));
        caches.Fill(Context, new Iova(0x1000), Walk, caches.Generation);
        Assert.IsTrue(caches.Iotlb.TryFind(Context.DomainTag, new Iova(0x1000), IommuAccess.Read, new Requester(), out _));
    }

    [TestMethod]
    public void AContextReadBeforeAnInvalidation_IsNotCachedAfterIt()
    {
        var caches = new TranslationCaches(new RemappingUnitOptions());
        var requester = caches.Requesters.GetOrAdd(UnitFixture.Device);
        var generation = caches.Generation;
        caches.Invalidate(ContextInvalidation.OfDevice(new DomainId(1), UnitFixture.Device));
        caches.Fill(requester, Context, generation);
        Assert.IsNull(requester.Context);
        caches.Fill(requester, Context, caches.Generation);
        Assert.AreSame(Context, requester.Context);
    }

    [TestMethod]
    public void AReaderOfABank_NeverSeesPartsOfTwoTranslations()
    {
        const int Pages = 7;
        var bank = new IotlbBank(PageSize.Size4K, 1);
        var tag = IotlbBank.TagOf(new DomainId(3));
        var stop = false;
        var filler = new Thread(() =>
        {
            for (var i = 0UL; !Volatile.Read(ref stop); i++)
                bank.Fill(tag, (i % Pages) << 12, DataOf(i % Pages));
        });
        filler.Start();
        var found = 0;
        var clock = Stopwatch.StartNew();
        while (found == 0 || clock.Elapsed < LongEnough)
        {
            for (var page = 0UL; page < Pages; page++)
            {
                if (!bank.TryFind(tag, page << 12, out var data))
                    continue;
                Assert.AreEqual(DataOf(page), data);
                found++;
            }
        }

        Volatile.Write(ref stop, true);
        filler.Join();
    }

    [TestMethod]
    public unsafe void ASetInTheMiddleOfAFill_IsAMiss()
    {
        var bank = new IotlbBank(PageSize.Size4K, 4);
        var tag = IotlbBank.TagOf(new DomainId(3));
        bank.Fill(tag, 0x5000, DataOf(5));
        Assert.IsTrue(bank.TryFind(tag, 0x5000, out _));
        bank.SetOf(tag, 5)->Sequence++;
        Assert.IsFalse(bank.TryFind(tag, 0x5000, out _));
        bank.SetOf(tag, 5)->Sequence++;
        Assert.IsTrue(bank.TryFind(tag, 0x5000, out var data));
        Assert.AreEqual(DataOf(5), data);
    }

    private static ulong DataOf(ulong page) => (page * 0x1111_1000) | 3;
}
