using DriverSdk.Contract.Addressing;

namespace DriverSdk.Contract.Interrupts;

/// <summary>A message in the remappable format: instead of a CPU and a vector it names an entry of the interrupt remapping table.</summary>
/// <remarks>Meaningful for messages that <see cref="InterruptMessage.IsRemappable"/> only. Source: facts/vtd.md 8.</remarks>
/// <param name="Message">Handle in address bits 19:5 and, as its bit 15, address bit 2; format 1 in bit 4; SHV in bit 3; sub-handle in data 15:0.</param>
internal readonly record struct RemappableMessage(InterruptMessage Message)
{
    private const int FormatShift = 4;
    private const int SubHandleValidShift = 3;
    private const int HandleShift = 5;
    private const int LowHandleBits = 15;
    private const int HighHandleShift = 2;
    private const uint SubHandleMask = 0xffff;

    /// <summary>The handle: index of the first entry that the message may mean.</summary>
    public ushort Handle => (ushort)(((Message.Address.Value >> HandleShift) & ((1u << LowHandleBits) - 1))
        | (((Message.Address.Value >> HighHandleShift) & 1) << LowHandleBits));

    /// <summary>Whether the data's lower half is added to the handle (SHV), as a function with several messages in one MSI capability needs.</summary>
    public bool HasSubHandle => ((Message.Address.Value >> SubHandleValidShift) & 1) != 0;

    /// <summary>Index of the entry, 0 to 131070: handle and sub-handle may add up to more than any table holds.</summary>
    public int Index => Handle + (HasSubHandle ? (int)(Message.Data & SubHandleMask) : 0);

    /// <summary>Whether bits are set that must be zero: the data's upper half beside a sub-handle.</summary>
    public bool HasReservedBits => HasSubHandle && (Message.Data & ~SubHandleMask) != 0;

    /// <summary>The message for the entry at <paramref name="handle"/>; its data is ignored and zero.</summary>
    public static InterruptMessage Of(ushort handle) => new(AddressOf(handle), 0);

    /// <summary>The message for the entry <paramref name="subHandle"/> places behind <paramref name="handle"/>.</summary>
    public static InterruptMessage Of(ushort handle, ushort subHandle) =>
        new(new PhysAddr(AddressOf(handle).Value | (1u << SubHandleValidShift)), subHandle);

    private static PhysAddr AddressOf(ushort handle) => new(InterruptMessage.WindowStart | (1u << FormatShift)
        | (((ulong)handle & ((1u << LowHandleBits) - 1)) << HandleShift) | ((ulong)(handle >> LowHandleBits) << HighHandleShift));
}
