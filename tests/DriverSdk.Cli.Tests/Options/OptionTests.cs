using DriverSdk.Cli.Devices;
using DriverSdk.Cli.Options;
using DriverSdk.Contract.PageTables;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Cli.Tests.Options;

[TestClass]
public sealed class OptionTests
{
    [TestMethod]
    public void WithoutKeys_TheUnitIsTheDefaultOne() => Assert.AreEqual(new RemappingUnitOptions(), Unit());

    [TestMethod]
    public void EveryDefaultThatHelpPrints_ChangesNothing()
    {
        foreach (var key in UnitKeys.All)
            Assert.AreEqual(new RemappingUnitOptions(), Unit($"{key.Name}={key.Default}"), key.Name);
    }

    [TestMethod]
    public void EveryValueThatHelpNames_IsAccepted()
    {
        foreach (var key in UnitKeys.All)
        {
            foreach (var value in key.Values.Split('|').Where(value => !value.Contains("..", StringComparison.Ordinal) && !value.Any(char.IsAsciiLetterUpper)))
                Unit($"{key.Name}={value}");
        }
    }

    [TestMethod]
    public void Keys_ChangeWhatTheyName()
    {
        var unit = Unit("aw-bits=39", "caching-mode=on", "pt=off", "dma-drain=off", "device-iotlb=on", "snoop-control=on", "intremap=off", "emu-fault-records=4", "emu-domains=256",
            "emu-large-pages=2m", "emu-haw=40", "emu-cache=minimal", "emu-cache-4k=16x2", "emu-cache-tags=source", "emu-cache-denied=faults");
        var expected = new RemappingUnitOptions
        {
            AddressWidth = 39,
            CachingMode = true,
            PassThrough = false,
            DrainsReads = false,
            DrainsWrites = false,
            DeviceTlb = true,
            SnoopControl = true,
            InterruptRemapping = false,
            FaultRecordCount = 4,
            DomainCount = 256,
            LargePages = LargePages.Size2M,
            HostAddressWidth = 40,
            Caches = CachePolicy.Minimal with { Pages4K = new CacheGeometry(16, 2), Tags = CacheTags.BySource, Denied = DeniedHit.Faults },
        };
        Assert.AreEqual(expected, unit);
    }

    [TestMethod]
    [DataRow("aw-bits", "--iommu has 'aw-bits'; write KEY=VALUE.")]
    [DataRow("aw=39", "--iommu has no key 'aw'; it has aw-bits, ")]
    [DataRow("pt=on,pt=on", "--iommu has 'pt' twice; give it once.")]
    [DataRow("pt=yes", "pt is 'yes'; write pt=on|off.")]
    [DataRow("aw-bits=x", "aw-bits is 'x'; write aw-bits=39|48|57.")]
    [DataRow("aw-bits=99999999999", "aw-bits is '99999999999'; write aw-bits=39|48|57.")]
    [DataRow("aw-bits=40", "aw-bits is '40'; write aw-bits=39|48|57.")]
    [DataRow("emu-haw=-40", "emu-haw is '-40'; write emu-haw=36..52.")]
    [DataRow("emu-fault-records=0x9", "emu-fault-records is '0x9'; write emu-fault-records=1..8.")]
    [DataRow("scalable-mode=on", "scalable-mode=on is not modelled yet; leave scalable-mode out, or write scalable-mode=off.")]
    [DataRow("emu-coherent=off", "emu-coherent=off is not offered: the client's writes are a CPU's, and the protocol has no word to write their cache lines back")]
    [DataRow("emu-coherent=no", "emu-coherent is 'no'; write emu-coherent=on.")]
    [DataRow("svm=on", "svm=on is not modelled yet")]
    [DataRow("emu-cache-4k=3", "emu-cache-4k is '3'; write emu-cache-4k=none|unbounded|SETSxWAYS.")]
    [DataRow("", "--iommu has ''; write KEY=VALUE.")]
    public void ABadKey_IsRefusedWithASentence(string text, string beginning)
    {
        var refused = Assert.ThrowsExactly<UsageException>(() => Unit(OptionList.Cut(text)));
        StringAssert.StartsWith(refused.Message, beginning);
    }

    [TestMethod]
    public void DoubledCommas_StandForOne() => CollectionAssert.AreEqual(new[] { "file=a,b", "size=1" }, OptionList.Cut("file=a,,b,size=1"));

    [TestMethod]
    [DataRow("512", 512ul)]
    [DataRow("4k", 4096ul)]
    [DataRow("256M", 256ul << 20)]
    [DataRow("3G", 3ul << 30)]
    public void ASize_HasUnits(string text, ulong expected) => Assert.AreEqual(expected, new OptionValue("size", text, "SIZE").Size);

    [TestMethod]
    [DataRow("edu", "--device is 'edu' and has no place; write NAME[,KEY=VALUE...]@BB:DD.F")]
    [DataRow("foo@00:03.0", "--device names 'foo'; there are dma-probe, edu, nvme")]
    [DataRow("edu@3", "--device has the place '3'; write BB:DD.F")]
    [DataRow("edu@00.03:0", "--device has the place '00.03:0'; write BB:DD.F")]
    [DataRow("edu@00:20.0", "--device has the place '00:20.0'; write BB:DD.F")]
    [DataRow("edu@01:03.0", "--device has the place '01:03.0'; devices behind bridges are not offered yet")]
    [DataRow("edu@00:00.0", "--device has the place '00:00.0', where the host bridge is")]
    [DataRow("dma-probe,a=b@00:03.0", "--device dma-probe has no key 'a'; it has none.")]
    [DataRow("edu,mask=1@00:03.0", "--device edu has no key 'mask'; it has dma_mask.")]
    [DataRow("edu,dma_mask=x@00:03.0", "dma_mask is 'x'; write dma_mask=NUMBER.")]
    [DataRow("nvme,msix_qsize=0@00:03.0", "msix_qsize is '0'; write msix_qsize=1..256.")]
    [DataRow("nvme,mdts=13@00:03.0", "mdts is '13'; write mdts=0..12.")]
    [DataRow("nvme,size=100G@00:03.0", "--device nvme has size=107374182400; give at least one block and less than 2G")]
    [DataRow("nvme,size=0@00:03.0", "--device nvme has size=0; give at least one block")]
    [DataRow("nvme,logical_block_size=100@00:03.0", "logical_block_size is '100'; write logical_block_size=512|4096.")]
    [DataRow("nvme,file=/nowhere/at@all@00:03.0", "--device nvme cannot be made: ")]
    public void ABadDevice_IsRefusedWithASentence(string text, string beginning)
    {
        var refused = Assert.ThrowsExactly<UsageException>(() => DeviceRegistry.Make(text, []));
        StringAssert.StartsWith(refused.Message, beginning);
    }

    [TestMethod]
    public void AnNvmeFile_IsGivenBackWithTheMachine()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, new byte[1 << 20]);
            using (new TestDoor(devices: $"nvme,file={path}@00:03.0"))
            {
            }

            using var alone = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            Assert.AreEqual(1 << 20, alone.Length);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static RemappingUnitOptions Unit(params string[] parts) => OptionList.Apply("--iommu", parts, UnitKeys.All, new RemappingUnitOptions());
}
