using DriverSdk.Contract.Addressing;

namespace DriverSdk.Contract.PageTables;

/// <summary>One decoded page-table entry: what it is, what it allows, where it points.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Access">What this level allows; a translation allows the AND over its levels.</param>
/// <param name="Target">The next table, or the page's first byte; meaningless for an empty entry.</param>
/// <param name="Reserved">Whether a reserved bit is set.</param>
internal readonly record struct PageTableEntry(EntryKind Kind, IommuAccess Access, PhysAddr Target, ReservedBits Reserved);
