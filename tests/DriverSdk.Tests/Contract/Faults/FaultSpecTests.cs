using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;

namespace DriverSdk.Tests.Contract.Faults;

[TestClass]
public sealed class FaultSpecTests
{
    [TestMethod]
    public void EveryReason_HasExactlyOneRow_InOrder()
    {
        var reasons = Enum.GetValues<FaultReason>().Where(reason => reason != FaultReason.None).ToArray();
        CollectionAssert.AreEqual(reasons, FaultSpec.All.Select(spec => spec.Reason).ToArray());
        foreach (var reason in reasons)
            Assert.AreEqual(reason, FaultSpec.Of(reason).Reason);
    }

    [TestMethod]
    public void Mnemonics_AreUnique_WhereTheFactsGiveOne()
    {
        var known = FaultSpec.All.Select(spec => spec.Mnemonic).Where(mnemonic => mnemonic != "-").ToArray();
        Assert.HasCount(known.Length, known.Distinct().ToArray());
    }

    [TestMethod]
    public void RootLevelFaults_AreAlwaysRecorded()
    {
        foreach (var reason in (FaultReason[])[FaultReason.RootEntryNotPresent, FaultReason.RootEntryUnreadable, FaultReason.RootEntryReserved, FaultReason.DmaAborted])
            Assert.AreEqual(Suppressible.No, FaultSpec.Of(reason).Suppression, reason.ToString());
        Assert.AreEqual(Suppressible.ByFpd, FaultSpec.Of(FaultReason.WriteDenied).Suppression);
    }

    [TestMethod]
    public void AnUnknownReason_IsRefused()
    {
        var refusal = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => FaultSpec.Of((FaultReason)0x0f));
        StringAssert.Contains(refusal.Message, "0x0f is no fault reason");
    }

    [TestMethod]
    public void ARow_ReadsAsASentence() =>
        Assert.AreEqual("LGN.2 (0x05): a level of the walk does not allow writing", FaultSpec.Of(FaultReason.WriteDenied).ToString());

    [TestMethod]
    public void ARecord_HasItsFieldsWhereSoftwareLooks()
    {
        var record = new FaultRecord
        {
            Page = new Iova(0x12_3456_7abc),
            Source = new Bdf(1, 2, 3),
            Reason = FaultReason.ReadDenied,
            Access = IommuAccess.Read,
            IsPending = true,
        };
        Assert.AreEqual(0x12_3456_7000UL, record.Low);
        Assert.AreEqual(0xc000_0006_0000_0113UL, record.High);
        Assert.AreEqual("01:02.3 Read iova:0x1234567000 refused, LGN.3 (0x06): a level of the walk does not allow reading", record.ToString());
        Assert.AreEqual(IommuAccess.Write, new FaultRecord { Access = IommuAccess.Write }.Access);
    }
}
