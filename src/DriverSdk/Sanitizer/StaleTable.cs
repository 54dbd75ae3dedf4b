using DriverSdk.Contract.Addressing;

namespace DriverSdk.Sanitizer;

/// <summary>A remapping unit read a table entry that was changed and not written back.</summary>
/// <param name="Line">The cache line.</param>
/// <param name="Entry">The entry in it.</param>
/// <param name="Table">What kind of table it stands in, such as <c>page table of level 1</c>.</param>
/// <param name="DeviceName">Whose request the unit walked for.</param>
/// <param name="Seen">What the unit saw.</param>
/// <param name="Written">What was written.</param>
internal readonly record struct StaleTable(PhysAddr Line, PhysAddr Entry, string Table, string DeviceName, ulong Seen, ulong Written);
