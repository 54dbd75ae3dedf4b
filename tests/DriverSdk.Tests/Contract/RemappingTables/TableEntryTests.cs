using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.RemappingTables;

namespace DriverSdk.Tests.Contract.RemappingTables;

[TestClass]
public sealed class TableEntryTests
{
    [TestMethod]
    public void ARootEntry_IsTheseWords()
    {
        var entry = new RootEntry { IsPresent = true, ContextTable = new PhysAddr(0x1234_5000) };
        Assert.AreEqual(new RootEntry(0x1234_5001, 0), entry);
        Assert.AreEqual(new PhysAddr(0x8120), RootEntry.AddressIn(new PhysAddr(0x8000), new Bdf(0x12, 3, 4)));
    }

    [TestMethod]
    public void AContextEntry_IsTheseWords()
    {
        var entry = new ContextEntry
        {
            IsPresent = true,
            DisablesFaultRecording = true,
            Type = TranslationType.PassThrough,
            SecondStageTable = new PhysAddr(0x1234_5000),
            Levels = 4,
            Domain = new DomainId(0xabcd),
        };
        Assert.AreEqual(new ContextEntry(0x1234_500b, 0xab_cd02), entry);
        Assert.AreEqual(4, entry.Levels);
        Assert.AreEqual(TranslationType.PassThrough, entry.Type);
        Assert.AreEqual(new PhysAddr(0x81c0), ContextEntry.AddressIn(new PhysAddr(0x8000), new Bdf(0x12, 3, 4)));
    }
}
