using System.Buffers.Binary;
using DriverSdk.Contract.Acpi;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Hardware.Firmware;
using DriverSdk.Kernel.Acpi;
using DriverSdk.Kernel.Memory;

namespace DriverSdk.Tests.Kernel.Acpi;

/// <summary>What the kernel makes of firmware's tables, also of wrong ones. Positions are written as numbers of their own: the root pointer at 0xe0000, XSDT and DMAR behind it.</summary>
[TestClass]
public sealed class DmarParserTests
{
    private const ulong Xsdt = 0xE_1000;
    private const ulong Dmar = 0xE_1040;
    private const ulong ScopedUnit = Dmar + 48;
    private const ulong AllUnit = ScopedUnit + 16 + 8;
    private const ulong FirstReserved = AllUnit + 16;
    private const ulong SecondReserved = FirstReserved + 24 + 10;

    private readonly PhysicalMemory _ram = new(new MemoryLayout(MemoryLayout.MinRamBytes));
    private readonly FirmwareProblems _problems = new();

    [TestInitialize]
    public void Install() => FirmwareTables.Install(_ram, new DmarDescription
    {
        HostAddressWidth = 46,
        Flags = 1,
        Units =
        [
            new FirmwareUnit(new PhysAddr(0xFED9_1000)) { Scopes = [new DeviceScope(DmarScopeType.Endpoint, [(3, 1)])] },
            new FirmwareUnit(new PhysAddr(0xFED9_0000)) { IncludesAll = true },
        ],
        Reservations =
        [
            new FirmwareReservation(new AddressRange<PhysAddr>(new PhysAddr(0x8_0000), 0x3000), [new DeviceScope(DmarScopeType.Bridge, [(4, 0), (2, 0)])]),
            new FirmwareReservation(new AddressRange<PhysAddr>(new PhysAddr(0x9_0000), 0x1000), [new DeviceScope(DmarScopeType.Endpoint, [(5, 0)])]),
        ],
    });

    [TestCleanup]
    public void Dispose() => _ram.Dispose();

    [TestMethod]
    public void Find_WellFormedTables_GivesWhatFirmwareWrote()
    {
        var table = Find();

        Assert.IsEmpty(_problems.All);
        Assert.AreEqual((46, (byte)1), (table.HostAddressWidth, table.Flags));
        CollectionAssert.AreEqual(new[] { new PhysAddr(0xFED9_1000), new PhysAddr(0xFED9_0000) }, table.Units.Select(unit => unit.Registers).ToArray());
        CollectionAssert.AreEqual(new[] { false, true }, table.Units.Select(unit => unit.IncludesAll).ToArray());
        Assert.AreEqual("Endpoint at bus 00 > 03.1", table.Units[0].Scopes.Single().ToString());
        Assert.AreEqual("Bridge at bus 00 > 04.0 > 02.0", table.Reservations[0].Scopes.Single().ToString());
        CollectionAssert.AreEqual(new ulong[] { 0x8_0000, 0x9_0000 }, table.Reservations.Select(reserved => reserved.Range.Start.Value).ToArray());
        CollectionAssert.AreEqual(new ulong[] { 0x3000, 0x1000 }, table.Reservations.Select(reserved => reserved.Range.LengthBytes).ToArray());
    }

    [TestMethod]
    public void Find_NoRootPointer_IsAMachineWithoutUnits()
    {
        Assert.IsEmpty(DmarParser.Find(_ram, null, KernelLayout.FirmwareRam, _problems).Units);
        Assert.IsEmpty(_problems.All);
    }

    [TestMethod]
    [DataRow(0xE_0000UL, "The ACPI root pointer at phys:0xe0000 begins with 'xSD PTR '; expected 'RSD PTR '.")]
    [DataRow(0xE_0009UL, "The ACPI root pointer at phys:0xe0000 has a wrong checksum")]
    [DataRow(Xsdt, "The ACPI table at phys:0xe1000 has the signature 'xSDT'; expected 'XSDT'.")]
    [DataRow(Xsdt + 9, "The ACPI table XSDT at phys:0xe1000 has a wrong checksum")]
    [DataRow(Dmar + 37, "The ACPI table DMAR at phys:0xe1040 has a wrong checksum")]
    public void Find_OneByteWrong_BelievesNothingAndSaysWhich(ulong address, string problem)
    {
        Assert.IsTrue(_ram.TryWrite(new PhysAddr(address), "x"u8));

        Assert.IsEmpty(Find().Units);
        StringAssert.StartsWith(_problems.All.Single(), problem);
    }

    [TestMethod]
    [DataRow(8u)]
    [DataRow(uint.MaxValue)]
    public void Find_LengthThatNoTableHas_SaysSo(uint length)
    {
        Patch32(Dmar + 4, length);

        Assert.IsEmpty(Find().Units);
        StringAssert.StartsWith(_problems.All.Single(), $"The ACPI table DMAR at phys:0xe1040 says that it is {length} bytes long");
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(0x7fff)]
    public void Parse_StructureWithoutALengthToBelieve_KeepsWhatCameBefore(int length)
    {
        Patch16(FirstReserved + 2, length);

        var table = Find();

        Assert.HasCount(2, table.Units);
        Assert.IsEmpty(table.Reservations);
        StringAssert.Contains(_problems.All.Single(), $"says that it is {length} bytes long");
    }

    [TestMethod]
    public void Parse_UnitTooShort_IsLeftOutAlone()
    {
        // The unit for all, cut to 8 bytes: its last 8 become an unknown structure of 8 bytes.
        Patch16(AllUnit + 2, 8);
        Patch64(AllUnit + 8, 0x0008_00ff);

        var table = Find();

        Assert.HasCount(1, table.Units);
        Assert.HasCount(2, table.Reservations);
        StringAssert.Contains(_problems.All.Single(), "The DMAR unit at byte 72 is 8 bytes long; the shortest has 16.");
    }

    [TestMethod]
    [DataRow(0xFED9_1000UL, "as one before it")]
    [DataRow(0xFED9_0800UL, "which is no page of its own")]
    [DataRow(0UL, "which is no page of its own")]
    public void Parse_UnitAtAPlaceItCannotHave_IsLeftOut(ulong registers, string problem)
    {
        Patch64(AllUnit + 8, registers);

        Assert.HasCount(1, Find().Units);
        StringAssert.Contains(_problems.All.Single(), problem);
    }

    [TestMethod]
    public void Parse_AnotherSegment_IsLeftOut()
    {
        Patch16(ScopedUnit + 6, 1);

        Assert.HasCount(1, Find().Units);
        StringAssert.Contains(_problems.All.Single(), "belongs to PCI segment 1");
    }

    [TestMethod]
    [DataRow(5)]
    [DataRow(7)]
    [DataRow(200)]
    public void Parse_ScopeOfAWrongLength_LeavesTheUnitWithoutIt(int length)
    {
        Assert.IsTrue(_ram.TryWrite(new PhysAddr(ScopedUnit + 17), [(byte)length]));
        Balance();

        var table = Find();

        Assert.HasCount(2, table.Units);
        Assert.IsEmpty(table.Units[0].Scopes);
        StringAssert.Contains(_problems.All.Single(), $"is {length} bytes long, of 8 that are left");
    }

    [TestMethod]
    [DataRow(0x8_0800UL, 0x8_2fffUL, "is not whole pages")]
    [DataRow(0x8_0000UL, 0x8_2ffeUL, "is not whole pages")]
    [DataRow(0x8_3000UL, 0x8_2fffUL, "is not whole pages")]
    [DataRow(0xF_F000UL, 0x10_0fffUL, "but firmware keeps")]
    [DataRow(0xC000_0000UL, 0xC000_0fffUL, "but firmware keeps")]
    public void Parse_ReservedMemoryThatCannotBe_IsLeftOutAlone(ulong start, ulong last, string problem)
    {
        Patch64(FirstReserved + 8, start);
        Patch64(FirstReserved + 16, last);

        Assert.AreEqual(0x9_0000UL, Find().Reservations.Single().Range.Start.Value);
        StringAssert.Contains(_problems.All.Single(), $"0x{start:x} to 0x{last:x}");
        StringAssert.Contains(_problems.All.Single(), problem);
    }

    [TestMethod]
    public void Parse_OverlappingReservedMemory_KeepsTheFirst()
    {
        Patch64(SecondReserved + 8, 0x8_2000);
        Patch64(SecondReserved + 16, 0x8_3fff);

        Assert.AreEqual(0x8_0000UL, Find().Reservations.Single().Range.Start.Value);
        StringAssert.Contains(_problems.All.Single(), "overlaps");
    }

    [TestMethod]
    public void Parse_RandomBytes_NeitherThrowsNorInvents()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = new byte[random.Next(0, 200)];
            random.NextBytes(bytes);
            var table = new DmarParser(KernelLayout.FirmwareRam, new FirmwareProblems()).Parse(bytes);
            Assert.IsTrue(table.Units.All(unit => (unit.Registers.Value & 0xfff) == 0), $"seed {seed}, round {round}");
            Assert.IsTrue(table.Reservations.All(reserved => reserved.Range.Last.Value < 1UL << 20), $"seed {seed}, round {round}");
        }
    }

    private DmarTable Find() => DmarParser.Find(_ram, new PhysAddr(0xE_0000), KernelLayout.FirmwareRam, _problems);

    private void Patch16(ulong address, int value) => Patch(address, [(byte)value, (byte)(value >> 8)]);

    private void Patch32(ulong address, uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        Patch(address, bytes);
    }

    private void Patch64(ulong address, ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        Patch(address, bytes);
    }

    private void Patch(ulong address, byte[] bytes)
    {
        Assert.IsTrue(_ram.TryWrite(new PhysAddr(address), bytes));
        Balance();
    }

    private void Balance()
    {
        var length = (int)(SecondReserved + 24 + 8 - Dmar);
        var table = new byte[length];
        Assert.IsTrue(_ram.TryRead(new PhysAddr(Dmar), table));
        table[9] = 0;
        table[9] = (byte)-table.Aggregate(0, (sum, value) => sum + value);
        Assert.IsTrue(_ram.TryWrite(new PhysAddr(Dmar), table));
    }
}
