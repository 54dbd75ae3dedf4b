using DriverSdk.Cli.Machines;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Ports;

namespace DriverSdk.Cli.Tests.Machines;

[TestClass]
public sealed class PhysicalSpaceTests
{
    private const ulong RamBytes = 32 << 20;

    [TestMethod]
    public void AnAccessAcrossTheEndOfRam_IsHalfRamAndHalfBus()
    {
        using var memory = new PhysicalMemory(new MemoryLayout(RamBytes));
        var bus = new RecordingBus();
        var space = new PhysicalSpace(memory, bus);
        space.Write(RamBytes - 2, [1, 2, 3, 4, 5]);
        Assert.AreEqual("w2 2000000 403, w1 2000002 5", bus.Log);
        var bytes = new byte[5];
        space.Read(RamBytes - 2, bytes);
        CollectionAssert.AreEqual(new byte[] { 1, 2, 0x5a, 0x5a, 0x5a }, bytes);
    }

    [TestMethod]
    [DataRow(0xfed90000ul, 16, "r8 fed90000, r8 fed90008")]
    [DataRow(0xfed90004ul, 12, "r4 fed90004, r8 fed90008")]
    [DataRow(0xfed90001ul, 8, "r1 fed90001, r2 fed90002, r4 fed90004, r1 fed90008")]
    [DataRow(0xfffffffffffffffcul, 8, "r4 fffffffffffffffc")]
    public void AnAccessOutsideRam_BecomesNaturallyAlignedOnes(ulong address, int lengthBytes, string expected)
    {
        using var memory = new PhysicalMemory(new MemoryLayout(RamBytes));
        var bus = new RecordingBus();
        new PhysicalSpace(memory, bus).Read(address, new byte[lengthBytes]);
        Assert.AreEqual(expected, bus.Log);
    }

    [TestMethod]
    public void RandomAccesses_AgreeWithOneByteAtATime()
    {
        const int seed = 20_2611;
        var random = new Random(seed);
        using var memory = new PhysicalMemory(new MemoryLayout(RamBytes));
        var space = new PhysicalSpace(memory, new RecordingBus());
        var naive = new Dictionary<ulong, byte>();
        for (var round = 0; round < 2_000; round++)
        {
            var address = RamBytes - (ulong)random.Next(64);
            var bytes = new byte[random.Next(1, 80)];
            if (random.Next(2) == 0)
            {
                random.NextBytes(bytes);
                space.Write(address, bytes);
                for (var index = 0; index < bytes.Length; index++)
                    naive[address + (ulong)index] = bytes[index];
                continue;
            }

            space.Read(address, bytes);
            for (var index = 0; index < bytes.Length; index++)
            {
                var place = address + (ulong)index;
                var expected = place >= RamBytes ? (byte)0x5a : naive.GetValueOrDefault(place);
                Assert.AreEqual(expected, bytes[index], $"seed {seed}, round {round}, byte 0x{place:x}");
            }
        }
    }

    private sealed class RecordingBus : ICpuBus
    {
        private readonly List<string> _accesses = [];

        public string Log => string.Join(", ", _accesses);

        public ulong ReadMmio(PhysAddr address, AccessWidth width)
        {
            _accesses.Add($"r{(int)width} {address.Value:x}");
            return 0x5a5a_5a5a_5a5a_5a5a;
        }

        public void WriteMmio(PhysAddr address, ulong value, AccessWidth width) => _accesses.Add($"w{(int)width} {address.Value:x} {value:x}");

        public uint ReadPort(ushort port, AccessWidth width) => uint.MaxValue;

        public void WritePort(ushort port, uint value, AccessWidth width)
        {
        }
    }
}
