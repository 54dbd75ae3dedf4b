using System.Buffers.Binary;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Qtest.Pci;

namespace DriverSdk.Qtest.Tests.Suite;

internal sealed partial class Scenario
{
    private const int ReadOffset = 2048;

    private static readonly Iova ShowIova = new(0x7f_ffff_f000);
    private static readonly PhysAddr ShowPage = new(0x0301_0000);

    private static readonly byte[] Pattern = MakePattern();

    /// <summary>The bytes a device writes for a mark: marks 0 to 63 name different places of its buffer.</summary>
    public static byte[] Marked(int mark, int lengthBytes = 8) => Pattern.AsSpan(mark * 32, lengthBytes).ToArray();

    /// <summary>The first device writes a mark, eight bytes unless said otherwise.</summary>
    public void Writes(Iova iova, int mark, int lengthBytes = 8) => Writes(Edu, iova, mark, lengthBytes);

    public static void Writes(EduDevice device, Iova iova, int mark, int lengthBytes = 8) => device.WriteMemory(iova, mark * 32, lengthBytes);

    /// <summary>The first device reads, and shows what it got through a page that <see cref="NewTable"/> maps.</summary>
    public byte[] Reads(Iova iova, int lengthBytes = 8) => Reads(Edu, iova, lengthBytes);

    public byte[] Reads(EduDevice device, Iova iova, int lengthBytes = 8)
    {
        device.ReadMemory(iova, ReadOffset, lengthBytes);
        device.WriteMemory(ShowIova, ReadOffset, lengthBytes);
        return Client.ReadBytes(ShowPage, lengthBytes);
    }

    /// <summary>The first device reads, and nobody looks at what it got.</summary>
    public void TriesToRead(Iova iova, int lengthBytes = 8) => Edu.ReadMemory(iova, ReadOffset, lengthBytes);

    /// <summary>Puts a mark into RAM for a device to read.</summary>
    public void Put(PhysAddr address, int mark, int lengthBytes = 8) => Client.WriteBytes(address, Marked(mark, lengthBytes));

    /// <summary>RAM holds a mark.</summary>
    public void ShouldHold(PhysAddr address, int mark, int lengthBytes = 8) =>
        CollectionAssert.AreEqual(Marked(mark, lengthBytes), Client.ReadBytes(address, lengthBytes), $"{Kind}: {address} should hold mark {mark}");

    /// <summary>RAM is as the machine started: nobody wrote there.</summary>
    public void ShouldBeUntouched(PhysAddr address, int lengthBytes = 8) =>
        CollectionAssert.AreEqual(new byte[lengthBytes], Client.ReadBytes(address, lengthBytes), $"{Kind}: {address} should not have been written");

    /// <summary>Exactly one fault is recorded, and it is this one; the log is empty afterwards.</summary>
    public void ShouldFault(FaultReason reason, Iova iova, IommuAccess access) => ShouldFault(reason, iova, access, Edu.Function.Address);

    public void ShouldFault(FaultReason reason, Iova iova, IommuAccess access, Bdf source)
    {
        var expected = new FaultRecord { Page = iova, Reason = reason, Access = access, Source = source, IsPending = true };
        var found = Faults.Take();
        Assert.AreEqual($"{expected}", string.Join("; ", found.Select(record => $"{record}")), $"{Kind}");
    }

    /// <summary>No fault is recorded.</summary>
    public void ShouldNotFault() => Assert.AreEqual("", string.Join("; ", Faults.Take().Select(record => $"{record}")), $"{Kind}");

    /// <summary>The write lands.</summary>
    public void ShouldWrite(Iova iova, PhysAddr target, int mark)
    {
        Writes(iova, mark);
        ShouldNotFault();
        ShouldHold(target, mark);
    }

    private static byte[] MakePattern()
    {
        var bytes = new byte[EduDevice.LargestTransferBytes];
        for (var at = 0; at + 8 <= bytes.Length; at += 8)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), 0xe0_d0_c0_b0_a0_90_80_01 + ((ulong)at * 0x0101_0101_0101));
        return bytes;
    }
}
