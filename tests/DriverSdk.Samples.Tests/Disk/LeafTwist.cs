using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Pci;

namespace DriverSdk.Samples.Tests.Disk;

/// <summary>Points one leaf entry of a device's page table at another frame, by writing the table's bytes in RAM.</summary>
internal static class LeafTwist
{
    private const ulong FrameMask = 0x000f_ffff_ffff_f000;

    /// <summary>Twists the page in the middle of a live mapping that is as long as one data transfer.</summary>
    /// <returns>The mapping's first byte as the device sees it.</returns>
    public static Iova Apply(KernelInstance kernel, PciDevice device, ulong lengthBytes)
    {
        var mapping = kernel.Memory.Debug!.LiveMappings(device).First(candidate => candidate.LengthBytes == lengthBytes);
        var domain = kernel.Iommu.DomainOf(device.Location)!;
        var entry = LeafOf(kernel, domain.Root, domain.Levels, mapping.Iova.Value + (lengthBytes / 2));
        Assert.IsTrue(kernel.Memory.Ram.TryReadEntry(entry, out var leaf));
        var elsewhere = kernel.Memory.AllocPages(0, Gfp.Kernel).First.Start;
        Assert.AreNotEqual(leaf & FrameMask, elsewhere.Value);
        Assert.IsTrue(kernel.Memory.Ram.TryWriteEntry(entry, (leaf & ~FrameMask) | elsewhere.Value));
        return mapping.Iova;
    }

    private static PhysAddr LeafOf(KernelInstance kernel, PhysAddr root, int levels, ulong iova)
    {
        var table = root.Value;
        for (var level = levels - 1; ; level--)
        {
            var entry = new PhysAddr(table + (((iova >> (12 + (9 * level))) & 0x1ff) * 8));
            if (level == 0)
                return entry;
            Assert.IsTrue(kernel.Memory.Ram.TryReadEntry(entry, out var next));
            Assert.AreEqual(0UL, next & 0x80, "a large page lies here; twist a smaller mapping");
            table = next & FrameMask;
        }
    }
}
