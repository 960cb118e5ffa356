/**
 * The program that punches holes for us, in perl, because Node has no call for it. It ends when its input does.
 *
 * Each line that it reads is answered by one. A file is named by the descriptor that we have of it, and must be the same one:
 *
 *     punch FD DEV INO FROM TO      0, the number of an error, or -1: it cannot be opened
 *     hold FD DEV INO FROM KEEP     likewise. From now on all from FROM on is freed, but for the last KEEP bytes of the file, as it grows
 *     take FD KEEP                  SIZE FREED: what is freed begins behind that size now, and was freed up to there, or -1
 *     drop FD                       the same, and no more is freed
 *     find FD DEV INO FROM          FROM TO: the first hole from there on, or -1
 *
 * Nothing is freed that was written when we were gone: whoever comes next tells how much that can be by the size of the file.
 */

/** Of fallocate(2), where each argument fits in a register. */
export const FALLOCATE: Partial<Record<NodeJS.Architecture, number>> = {
  arm64: 47,
  loong64: 47,
  ppc64: 309,
  riscv64: 47,
  s390x: 314,
  x64: 285,
};

/** What is held is looked at so often, in seconds, and freed in pieces of so many bytes at least. */
const LOOK = 0.002;
const STEP = 1024 * 1024;
/** So far behind its end nothing of a file is there: whether it can be freed tells whether anything of the file can. */
const FAR = 2 ** 40;

/** Of lseek(2) on Linux. */
const SEEK_DATA = 3;
const SEEK_HOLE = 4;

export const HOLE_PROGRAM = `
my ($call, $pid) = @ARGV;
my (%held, $input);
sub opened {
  my ($fd, $dev, $ino) = @_;
  open my $file, '+<', "/proc/$pid/fd/$fd" or return;
  my ($is, $at) = stat $file;
  return $is eq $dev && $at eq $ino ? $file : undef;
}
sub punch {
  my ($file, $from, $to) = @_;
  return syscall($call + 0, fileno $file, 3, $from + 0, $to - $from) == 0 ? 0 : $! + 0;
}
sub found {
  my ($file, $from) = @_;
  my $hole = sysseek $file, $from, ${SEEK_HOLE};
  my $size = -s $file;
  return -1 unless defined $hole && $hole < $size;
  return ($hole + 0) . ' ' . ((sysseek($file, $hole, ${SEEK_DATA}) // $size) + 0);
}
sub answer {
  my ($what, $fd, @rest) = @_;
  if ($what eq 'take' || $what eq 'drop') {
    my $held = $held{$fd} or return -1;
    my ($size, $freed) = (-s $held->{file}, $held->{from});
    $held->{from} = $size;
    $held->{keep} = $rest[0] if $what eq 'take';
    delete $held{$fd} if $what eq 'drop';
    return $held->{failed} ? -1 : "$size $freed";
  }
  my $file = opened($fd, @rest) or return -1;
  return punch($file, $rest[2], $rest[3]) if $what eq 'punch';
  return found($file, $rest[2]) if $what eq 'find';
  $held{$fd} = {file => $file, from => $rest[2], keep => $rest[3]};
  my $error = punch($file, $rest[2] + ${FAR}, $rest[2] + 2 * ${FAR});
  delete $held{$fd} if $error;
  return $error;
}
sub look {
  for my $held (values %held) {
    my $to = (-s $held->{file}) - $held->{keep};
    next if $held->{failed} || $to - $held->{from} < ${STEP} || getppid() != $pid;
    $held->{failed} = punch($held->{file}, $held->{from}, $to);
    $held->{from} = $to;
  }
}
while (1) {
  my $ready = '';
  vec($ready, 0, 1) = 1;
  if (select($ready, undef, undef, %held ? ${LOOK} : undef) > 0) {
    sysread(STDIN, $input, 65536, length $input) or exit;
    syswrite(STDOUT, answer(split ' ', $1) . "\\n") while $input =~ s/^(.*)\\n//;
  }
  look();
}`;
