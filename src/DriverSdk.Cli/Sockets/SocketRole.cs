namespace DriverSdk.Cli.Sockets;

/// <summary>Who waits for whom.</summary>
internal enum SocketRole
{
    /// <summary>The qtest client listens, and the door connects to it.</summary>
    Client,

    /// <summary>The door listens for one client.</summary>
    Server,
}
