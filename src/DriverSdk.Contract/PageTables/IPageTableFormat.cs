using DriverSdk.Contract.Addressing;

namespace DriverSdk.Contract.PageTables;

/// <summary>A page-table format as small questions about one entry. Levels count from the leaf table, level 0, up.</summary>
/// <remarks>The kernel writes tables and the hardware walks them through the same questions; nobody else knows a bit of an entry.</remarks>
/// <typeparam name="TSelf">The format itself.</typeparam>
internal interface IPageTableFormat<TSelf>
    where TSelf : IPageTableFormat<TSelf>
{
    /// <summary>Base-2 logarithm of the entries in a table.</summary>
    static abstract int IndexBits { get; }

    /// <summary>Bytes an entry takes; 8, since entries are read and written in one access.</summary>
    static abstract int EntryBytes { get; }

    /// <summary>The deepest table the format has, in levels.</summary>
    static abstract int MaxLevels { get; }

    /// <summary>The size of a leaf at <paramref name="level"/>.</summary>
    static abstract PageSize LeafSize(int level);

    /// <summary>The entry's place in its table of <paramref name="level"/>.</summary>
    static abstract int IndexOf(ulong inputAddress, int level);

    /// <summary>Decodes an entry read from a table of <paramref name="level"/>.</summary>
    static abstract PageTableEntry Decode(ulong raw, int level, in PageTableLimits limits);

    /// <summary>An entry that points to a table one level down and takes no permission away.</summary>
    static abstract ulong EncodeTable(PhysAddr table);

    /// <summary>An entry of <paramref name="level"/> that maps the page at <paramref name="page"/>.</summary>
    static abstract ulong EncodeLeaf(PhysAddr page, int level, IommuAccess access);

    /// <summary>Whether a request has used the entry since it was last made idle.</summary>
    static abstract bool IsAccessed(ulong raw);

    /// <summary>Whether a write has used the leaf since it was last made clean.</summary>
    static abstract bool IsDirty(ulong raw);

    /// <summary>The entry as a request leaves it.</summary>
    static abstract ulong MakeAccessed(ulong raw);

    /// <summary>The leaf as a write leaves it.</summary>
    static abstract ulong MakeDirty(ulong raw);

    /// <summary>The entry as if no request had used it.</summary>
    static abstract ulong MakeIdle(ulong raw);

    /// <summary>The leaf as if nothing had been written through it.</summary>
    static abstract ulong MakeClean(ulong raw);
}
