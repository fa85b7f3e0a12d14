/* SPDX-License-Identifier: Apache-2.0
 *
 * The least that a UDP name server can cost: receives up to 32 datagrams with one call, answers
 * each with the same A record, sends them with one call. No look-up, one thread.
 *
 *   cc -O2 -o floor floor.c && ./floor PORT
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define BATCH 32
#define SIZE 1500

static unsigned char data[BATCH][SIZE];
static struct sockaddr_in peer[BATCH];
static struct iovec part[BATCH];
static struct mmsghdr message[BATCH];

/* Type A, class IN, TTL 60, four octets, owner at offset 12. */
static const unsigned char record[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 43};

int main(int argc, char **argv) {
  int on = 1, buffer = 4 << 20;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (argc != 2) return 2;
  address.sin_port = htons(atoi(argv[1]));
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer))
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  if (bind(fd, (struct sockaddr *)&address, sizeof address)) {
    perror("bind");
    return 1;
  }
  for (int i = 0; i < BATCH; i++) {
    part[i].iov_base = data[i];
    message[i].msg_hdr.msg_iov = &part[i];
    message[i].msg_hdr.msg_iovlen = 1;
    message[i].msg_hdr.msg_name = &peer[i];
  }
  for (;;) {
    for (int i = 0; i < BATCH; i++) {
      part[i].iov_len = SIZE;
      message[i].msg_hdr.msg_namelen = sizeof peer[i];
    }
    int count = recvmmsg(fd, message, BATCH, MSG_WAITFORONE, 0);
    if (count <= 0) continue;
    for (int i = 0; i < count; i++) {
      unsigned length = message[i].msg_len, end = 12;
      unsigned char *p = data[i];
      while (end < length && p[end]) end += p[end] + 1;
      end += 5; /* root, type, class */
      if (end > length) end = length < 12 ? 12 : length;
      p[2] = 0x84 | (p[2] & 1);
      p[3] = 0;
      p[6] = 0, p[7] = 1;
      memset(p + 8, 0, 4);
      memcpy(p + end, record, sizeof record);
      part[i].iov_len = end + sizeof record;
    }
    for (int sent = 0; sent < count;) {
      int n = sendmmsg(fd, message + sent, count - sent, 0);
      sent += n > 0 ? n : 1;
    }
  }
}
